// The commands that change something, over a cluster in memory that holds bookinfo's reviews route.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/change_commands.h"
#include "unit/change/apply_fixture.h"

namespace meshdeck::cli {

using change::ApplyFixture;
using config::Json;

class Commands : public ApplyFixture {
protected:
    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
        [[nodiscard]] Json json() const { return config::parseJson(out).value(); }
    };

    Outcome run(const std::vector<std::string>& words) {
        const auto arguments = parseArguments(words);
        EXPECT_TRUE(arguments) << (arguments ? "" : arguments.error().what);
        std::ostringstream out;
        std::ostringstream err;
        std::istringstream in(m_typed);
        ChangeWorld world;
        world.cluster = &m_cluster;
        world.proxies = m_proxies;
        world.journal = m_journal.get();
        world.context = "prod";
        world.production = m_production;
        world.in = &in;
        world.inIsTerminal = m_terminal;
        world.clock = &m_clock;
        world.pause = [this](Duration time, const std::stop_token&) { m_clock.advance(time); };
        world.unlock = [this] { ++m_unlocked; };
        world.snapshot = [this] { return snapshot(); };
        world.traffic = m_traffic;
        const Streams streams{out, err};
        const std::string& command = arguments->command;
        const int code = command == "diff"       ? diffIn(world, *arguments, streams)
                         : command == "apply"    ? applyIn(world, *arguments, streams)
                         : command == "rollback" ? rollbackIn(world, *arguments, streams)
                                                 : journalIn(world, *arguments, streams);
        return {code, out.str(), err.str()};
    }
    mesh::SnapshotPtr snapshot() {
        auto snapshot = std::make_shared<mesh::MeshSnapshot>();
        auto table = std::make_shared<mesh::ResourceTable>();
        (*table)[m_base->ref] = m_base;
        snapshot->config = table;
        snapshot->inventory = m_inventory;
        return snapshot;
    }

    change::ProxyWatch* m_proxies = nullptr;
    change::TrafficFeed* m_traffic = nullptr;
    std::shared_ptr<mesh::Inventory> m_inventory; // null: not known
    bool m_production = true;
    bool m_terminal = false;
    std::string m_typed;
    int m_unlocked = 0;
};

inline const std::vector<std::string> kApply = {"apply", "--set-weights", "reviews", "v1=70", "v2=30", "--wait-proxies", "0s"};

inline std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

} // namespace meshdeck::cli
