// A demonstration mesh of our own: meshdeck-demo as a child process, for as long as this value lives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace meshdeck::app {

class PrivateDemo {
public:
    // Starts `program` (empty: the meshdeck-demo beside our own executable) with the mesh's name and waits for its ready
    // line; `more` are further arguments. NotFound without the program, InvalidArgument with its own words for a mesh it does not know, Timeout.
    [[nodiscard]] static Result<std::unique_ptr<PrivateDemo>> start(const std::string& mesh,
                                                                    const std::string& program = {},
                                                                    Duration limit = std::chrono::seconds(30),
                                                                    const std::vector<std::string>& more = {});
    // Closes its standard input, which ends it; kills it when it does not go.
    ~PrivateDemo();
    PrivateDemo(const PrivateDemo&) = delete;
    PrivateDemo& operator=(const PrivateDemo&) = delete;

    [[nodiscard]] const std::string& kubeconfig() const;
    // The JSON line with which it said that it is ready: its other addresses (commands.md, meshdeck-demo).
    [[nodiscard]] const std::string& readyLine() const;

private:
    class Process;
    explicit PrivateDemo(std::unique_ptr<Process> process);
    std::unique_ptr<Process> m_process;
};

} // namespace meshdeck::app
