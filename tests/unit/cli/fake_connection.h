// A connection whose session is fed by the test.
#pragma once

#include <functional>

#include "composition.h"

namespace meshdeck::cli::test {

class ScriptedSource final : public sources::Source {
public:
    using Script = std::function<void(sources::DeltaSink&)>;
    ScriptedSource(std::string name, Script script) : m_name(std::move(name)), m_script(std::move(script)) {}
    std::string name() const override { return m_name; }
    void start(sources::DeltaSink& sink) override { m_script(sink); }
    void refresh() override {}
    void setInView(std::vector<std::string>) override {}
    void stop() override {}

private:
    std::string m_name;
    Script m_script;
};

class FakeConnection final : public app::Connection {
public:
    FakeConnection(const app::ConnectionOptions& options, const mesh::Graph& graph, ScriptedSource::Script script) {
        session::SessionConfig config;
        config.context = m_context;
        config.graph = options.graph;
        m_session = std::make_unique<session::Session>(
            config, systemClock(), [graph](const auto&, const auto&, const auto& wanted, const auto&) {
                mesh::Graph built = graph;
                built.type = wanted.type;
                return built;
            });
        m_session->addSource(std::make_unique<ScriptedSource>("prometheus", std::move(script)));
    }
    const std::string& context() const override { return m_context; }
    app::ContextKind kind() const override { return app::ContextKind::Other; }
    session::Session& session() override { return *m_session; }
    change::Cluster& cluster() override { std::abort(); }
    change::ProxyWatch* proxyWatch() override { return nullptr; }
    void setReadOnly(bool) override {}

private:
    std::string m_context = "fake";
    std::unique_ptr<session::Session> m_session;
};

} // namespace meshdeck::cli::test
