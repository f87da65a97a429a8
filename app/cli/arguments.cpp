#include "cli/arguments.h"

#include <algorithm>

namespace meshdeck::cli {
namespace {

tl::unexpected<Error> wrong(std::string what, std::string hint = {}) {
    return fail(ErrorKind::InvalidArgument, std::move(what), std::move(hint));
}

std::string inQuotes(std::string_view word) {
    return "\"" + std::string(word) + "\"";
}

// One pass over the words.
class Parser {
public:
    explicit Parser(const std::vector<std::string>& words) : m_words(words) {}

    Result<Arguments> run() {
        for (m_next = 0; m_next < m_words.size();) {
            const std::string& word = m_words[m_next++];
            Status status;
            if (m_optionsEnded || word.size() < 2 || word[0] != '-') {
                status = positional(word);
            } else if (word == "--") {
                m_optionsEnded = true;
            } else {
                status = word[1] == '-' ? longOption(word.substr(2)) : shortOption(word);
            }
            if (!status) {
                return tl::unexpected(status.error());
            }
        }
        return finish();
    }

private:
    Status positional(const std::string& word) {
        if (m_out.command.empty() && !m_optionsEnded) {
            m_spec = commandSpec(word);
            if (m_spec == nullptr) {
                std::vector<std::string_view> known;
                for (const CommandSpec& spec : commandSpecs()) {
                    known.push_back(spec.name);
                }
                const std::string near = nearest(word, known);
                return wrong("unknown command " + inQuotes(word),
                             near.empty() ? "meshdeck --help lists the commands" : "did you mean " + inQuotes(near) + "?");
            }
            m_out.command = word;
            return {};
        }
        m_out.positional.push_back(word);
        return {};
    }

    [[nodiscard]] const OptionSpec* find(std::string_view name, char shortName) const {
        const auto in = [&](std::span<const OptionSpec> options) -> const OptionSpec* {
            for (const OptionSpec& option : options) {
                if (shortName != 0 ? option.shortName == shortName : option.name == name) {
                    return &option;
                }
            }
            return nullptr;
        };
        if (m_spec != nullptr) {
            if (const OptionSpec* option = in(m_spec->options)) {
                return option;
            }
        }
        return in(commonOptions());
    }

    Status longOption(std::string_view text) {
        const auto equals = text.find('=');
        const std::string_view name = text.substr(0, equals);
        const OptionSpec* option = find(name, 0);
        if (option == nullptr) {
            return unknown("--" + std::string(name), name);
        }
        return take(*option, "--" + std::string(name),
                    equals == std::string_view::npos ? std::nullopt : std::optional(std::string(text.substr(equals + 1))));
    }

    Status shortOption(const std::string& word) {
        const OptionSpec* option = find({}, word[1]);
        if (option == nullptr) {
            return unknown(word, word.substr(1));
        }
        std::optional<std::string> attached;
        if (word.size() > 2) {
            attached = word.substr(word[2] == '=' ? 3 : 2);
        }
        return take(*option, word.substr(0, 2), std::move(attached));
    }

    [[nodiscard]] Status unknown(const std::string& spelled, std::string_view name) const {
        std::vector<std::string_view> known;
        for (const OptionSpec& option : commonOptions()) {
            known.push_back(option.name);
        }
        if (m_spec != nullptr) {
            for (const OptionSpec& option : m_spec->options) {
                known.push_back(option.name);
            }
        }
        const std::string near = nearest(name, known);
        const std::string help = m_spec != nullptr ? "meshdeck " + std::string(m_spec->name) + " --help" : "meshdeck --help";
        return wrong("unknown option " + inQuotes(spelled),
                     near.empty() ? help + " lists the options" : "did you mean " + inQuotes("--" + near) + "?");
    }

    Status take(const OptionSpec& option, const std::string& spelled, std::optional<std::string> attached) {
        std::vector<std::string>& values = m_out.options[std::string(option.name)];
        switch (option.takes) {
        case Takes::Nothing:
            return attached ? wrong("the option " + inQuotes(spelled) + " takes no value") : Status();
        case Takes::Optional:
            if (attached) {
                values.push_back(*std::move(attached));
            }
            return {};
        case Takes::Value:
        case Takes::Words: break;
        }
        if (!attached && m_next < m_words.size()) {
            attached = m_words[m_next++];
        }
        if (!attached || attached->empty()) {
            return wrong("the option " + inQuotes(spelled) + " needs a value", std::string(option.valueName));
        }
        values.push_back(*std::move(attached));
        while (option.takes == Takes::Words && m_next < m_words.size() && isPair(m_words[m_next])) {
            values.push_back(m_words[m_next++]);
        }
        return {};
    }

    static bool isPair(const std::string& word) {
        return !word.starts_with('-') && word.find('=') != std::string::npos;
    }

    Result<Arguments> finish() {
        m_out.help = m_out.has("help");
        m_out.version = m_out.has("version");
        m_out.quiet = m_out.has("quiet");
        m_out.filesOnly = m_out.has("files-only");
        m_out.outputFile = m_out.value("output-file").value_or("");
        if (m_out.help || m_out.version) {
            return std::move(m_out);
        }
        if (m_spec != nullptr && !m_spec->positionals && !m_out.positional.empty()) {
            return wrong("meshdeck " + m_out.command + " takes no argument " + inQuotes(m_out.positional.front()),
                         "meshdeck " + m_out.command + " --help");
        }
        if (const Status status = output(); !status) {
            return tl::unexpected(status.error());
        }
        if (const Status status = connection(); !status) {
            return tl::unexpected(status.error());
        }
        return std::move(m_out);
    }

    Status output() {
        const auto form = m_out.value("output");
        if (!form) {
            return {};
        }
        if (m_spec == nullptr) {
            return wrong("the option \"-o\" belongs to a command", "meshdeck graph -o " + *form);
        }
        if (std::find(m_spec->outputs.begin(), m_spec->outputs.end(), *form) == m_spec->outputs.end()) {
            std::string forms;
            for (const std::string_view one : m_spec->outputs) {
                forms += (forms.empty() ? "" : ", ") + std::string(one);
            }
            return wrong("meshdeck " + m_out.command + " has no form " + inQuotes(*form), "one of " + forms);
        }
        m_out.output = *form;
        return {};
    }

    Status connection() {
        app::ConnectionOptions& to = m_out.connection;
        if (m_out.has("demo")) {
            to.demo = m_out.value("demo").value_or("bookinfo");
        }
        to.kubeconfig = m_out.value("kubeconfig");
        to.context = m_out.value("context");
        to.prometheus = m_out.value("prometheus");
        to.istiod = m_out.value("istiod");
        to.readOnly = m_out.has("read-only");
        to.namespaces = m_out.values("namespace");
        if (m_out.has("all-namespaces")) {
            to.namespaces.clear();
        }
        if (to.demo && (to.kubeconfig || to.context)) {
            return wrong("--demo brings a cluster of its own", "leave --context and --kubeconfig out");
        }
        return times();
    }

    Status span(std::string_view option, Duration& into) {
        if (const auto word = m_out.value(option)) {
            const auto parsed = parseDuration(*word);
            if (!parsed) {
                return wrong("no time span: " + inQuotes(*word), "for example 30s, 10m or 1h30m");
            }
            into = *parsed;
        }
        return {};
    }

    Status times() {
        for (const Status& status : {span("window", m_out.connection.window), span("refresh", m_out.connection.refresh)}) {
            if (!status) {
                return status;
            }
        }
        if (const auto time = m_out.value("time")) {
            m_out.connection.time = parseTime(*time);
            if (!m_out.connection.time) {
                return wrong("no time: " + inQuotes(*time), "UNIX seconds, or like 2026-11-23T14:32:08Z");
            }
        }
        return {};
    }

    const std::vector<std::string>& m_words;
    std::size_t m_next = 0;
    bool m_optionsEnded = false;
    const CommandSpec* m_spec = nullptr;
    Arguments m_out;
};

} // namespace

bool Arguments::has(std::string_view option) const {
    return options.find(option) != options.end();
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() || found->second.empty() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<Arguments> parseArguments(const std::vector<std::string>& words) {
    return Parser(words).run();
}

} // namespace meshdeck::cli
