#include "traffic/find/evaluate.h"

#include <algorithm>

#include "traffic/find/facts.h"

namespace meshdeck::traffic {
namespace {

using find::Truth;
using Column = std::vector<Truth>;

struct Truths {
    Column nodes; // empty when nobody asks
    Column edges;
};

Truth negated(Truth value) {
    return value == Truth::Unknown ? value : value == Truth::True ? Truth::False : Truth::True;
}

// Words that are false of a text that is not there; a comparison holds when it does for one of several.
Truth textHolds(const FindTerm& term, const std::vector<std::string_view>& texts) {
    if (texts.empty()) {
        return find::holds(term.compare, std::string_view(), term.text) ? Truth::True : Truth::False;
    }
    const bool any = std::any_of(texts.begin(), texts.end(), [&](std::string_view text) { return find::holds(term.compare, text, term.text); });
    return any ? Truth::True : Truth::False;
}

Truth numberHolds(const FindTerm& term, std::optional<double> number) {
    if (term.compare == FindCompare::NotANumber) {
        return number ? Truth::False : Truth::True;
    }
    return !number ? Truth::Unknown : find::holds(term.compare, *number, term.number) ? Truth::True : Truth::False;
}

struct Uses {
    bool nodes = false;
    bool edges = false;
};

void addUses(const FindTree& tree, Uses& uses) {
    if (tree.kind == FindTree::Kind::Term) {
        (specOf(tree.term.operand).subject == FindSubject::Node ? uses.nodes : uses.edges) = true;
    }
    for (const FindTree& part : tree.parts) {
        addUses(part, uses);
    }
}

class Evaluation {
public:
    explicit Evaluation(const FindScope& scope)
        : m_scope(scope)
        , m_graph(scope.graph) {}

    void add(const FindTree& tree, FindMatches& matches) {
        if (tree.kind == FindTree::Kind::Or) {
            for (const FindTree& part : tree.parts) {
                add(part, matches);
            }
            return;
        }
        Uses uses;
        addUses(tree, uses);
        const Truths truths = of(tree, uses);
        for (std::size_t i = 0; i < truths.nodes.size(); ++i) {
            matches.nodes[i] = matches.nodes[i] || (truths.nodes[i] == Truth::True && m_graph.nodes[i].kind != mesh::NodeKind::Box);
        }
        for (std::size_t i = 0; i < truths.edges.size(); ++i) {
            matches.edges[i] = matches.edges[i] || truths.edges[i] == Truth::True;
        }
        matches.aboutNodes |= uses.nodes;
        matches.aboutEdges |= uses.edges;
    }

private:
    Truths of(const FindTree& tree, Uses wanted) {
        if (tree.kind == FindTree::Kind::Term) {
            return ofTerm(tree.term, wanted);
        }
        Truths all = of(tree.parts.front(), wanted);
        if (tree.kind == FindTree::Kind::Not) {
            std::transform(all.nodes.begin(), all.nodes.end(), all.nodes.begin(), negated);
            std::transform(all.edges.begin(), all.edges.end(), all.edges.begin(), negated);
            return all;
        }
        const bool both = tree.kind == FindTree::Kind::And; // Kleene: the smaller of two is their conjunction
        const auto join = [both](Truth a, Truth b) { return both ? std::min(a, b) : std::max(a, b); };
        for (std::size_t i = 1; i < tree.parts.size(); ++i) {
            const Truths other = of(tree.parts[i], wanted);
            std::transform(all.nodes.begin(), all.nodes.end(), other.nodes.begin(), all.nodes.begin(), join);
            std::transform(all.edges.begin(), all.edges.end(), other.edges.begin(), all.edges.begin(), join);
        }
        return all;
    }

    Truths ofTerm(const FindTerm& term, Uses wanted) {
        Truths truths;
        if (specOf(term.operand).subject == FindSubject::Node) {
            Column own = ofNodes(term);
            if (wanted.edges) {
                truths.edges.reserve(m_graph.edges.size());
                for (const mesh::Edge& edge : m_graph.edges) {
                    truths.edges.push_back(std::max(own[edge.source], own[edge.target]));
                }
            }
            if (wanted.nodes) {
                truths.nodes = std::move(own);
            }
            return truths;
        }
        Column own = ofEdges(term);
        if (wanted.nodes) {
            truths.nodes.assign(m_graph.nodes.size(), Truth::False);
            for (std::size_t i = 0; i < own.size(); ++i) {
                for (const std::uint32_t end : {m_graph.edges[i].source, m_graph.edges[i].target}) {
                    truths.nodes[end] = std::max(truths.nodes[end], own[i]);
                }
            }
        }
        if (wanted.edges) {
            truths.edges = std::move(own);
        }
        return truths;
    }

    [[nodiscard]] bool isUnknown(const FindTerm& term) const {
        return !m_scope.ratesKnown && term.compare != FindCompare::NotANumber && find::isMeasured(term.operand);
    }

    Column ofNodes(const FindTerm& term) {
        if (isUnknown(term) || (term.operand == FindOperand::Label && m_scope.inventory == nullptr)) {
            return Column(m_graph.nodes.size(), Truth::Unknown);
        }
        if (term.operand == FindOperand::Rank && m_ranks.empty()) {
            m_ranks = find::ranksOf(m_graph);
        }
        Column column;
        column.reserve(m_graph.nodes.size());
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i) {
            column.push_back(ofNode(term, i));
        }
        return column;
    }

    Truth ofNode(const FindTerm& term, std::size_t index) {
        const mesh::Node& node = m_graph.nodes[index];
        const OperandSpec& spec = specOf(term.operand);
        if (term.operand == FindOperand::Rank) {
            return numberHolds(term, m_ranks[index]);
        }
        if (spec.type == FindType::Number) {
            return numberHolds(term, m_scope.ratesKnown ? find::numberOf(term.operand, node) : std::nullopt);
        }
        if (spec.type == FindType::Flag) {
            return find::flagOf(term.operand, node);
        }
        m_texts.clear();
        if (term.operand == FindOperand::Label) {
            find::labelsOf(term.key, node, *m_scope.inventory, m_texts);
            return term.compare != FindCompare::Is ? textHolds(term, m_texts) : m_texts.empty() ? Truth::False : Truth::True;
        }
        if (term.operand == FindOperand::FreeText) {
            return isNamed(node, term.text) ? Truth::True : Truth::False;
        }
        find::textsOf(term.operand, node, m_texts);
        return textHolds(term, m_texts);
    }

    bool isNamed(const mesh::Node& node, std::string_view part) {
        find::textsOf(FindOperand::Name, node, m_texts);
        m_texts.push_back(node.version);
        return find::holds(FindCompare::Equal, node.ns, part) ||
               std::any_of(m_texts.begin(), m_texts.end(), [&](std::string_view name) { return find::holds(FindCompare::Contains, name, part); });
    }

    Column ofEdges(const FindTerm& term) {
        if (isUnknown(term)) {
            return Column(m_graph.edges.size(), Truth::Unknown);
        }
        Column column;
        column.reserve(m_graph.edges.size());
        for (const mesh::Edge& edge : m_graph.edges) {
            column.push_back(ofEdge(term, edge));
        }
        return column;
    }

    Truth ofEdge(const FindTerm& term, const mesh::Edge& edge) {
        const OperandSpec& spec = specOf(term.operand);
        if (term.compare == FindCompare::Is) {
            return find::flagOf(term.operand, edge);
        }
        if (spec.type == FindType::Number) {
            const bool known = m_scope.ratesKnown || !find::isMeasured(term.operand);
            return numberHolds(term, known ? find::numberOf(term.operand, edge, m_graph) : std::nullopt);
        }
        m_texts.clear();
        find::textsOf(term.operand, edge, m_graph, m_texts);
        return textHolds(term, m_texts);
    }

    const FindScope& m_scope;
    const mesh::Graph& m_graph;
    std::vector<int> m_ranks;
    std::vector<std::string_view> m_texts;
};

mesh::Graph graphOf(const mesh::Graph& graph, std::vector<bool> keepNodes, const std::vector<bool>& keepEdges) {
    mesh::Graph kept;
    kept.type = graph.type;
    kept.time = graph.time;
    kept.window = graph.window;
    kept.reporter = graph.reporter;
    for (bool again = true; again;) { // the boxes around what is kept, and the boxes around those
        again = false;
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            const mesh::Node* parent = keepNodes[i] ? graph.node(graph.nodes[i].parent) : nullptr;
            if (parent != nullptr && !keepNodes[static_cast<std::size_t>(parent - graph.nodes.data())]) {
                keepNodes[static_cast<std::size_t>(parent - graph.nodes.data())] = again = true;
            }
        }
    }
    std::vector<std::uint32_t> places(graph.nodes.size(), 0);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (keepNodes[i]) {
            places[i] = static_cast<std::uint32_t>(kept.nodes.size());
            kept.nodes.push_back(graph.nodes[i]);
        }
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        if (keepEdges[i]) {
            mesh::Edge& edge = kept.edges.emplace_back(graph.edges[i]);
            edge.source = places[edge.source];
            edge.target = places[edge.target];
        }
    }
    return kept;
}

} // namespace

std::size_t FindMatches::nodeCount() const {
    return static_cast<std::size_t>(std::count(nodes.begin(), nodes.end(), true));
}

std::size_t FindMatches::edgeCount() const {
    return static_cast<std::size_t>(std::count(edges.begin(), edges.end(), true));
}

FindMatches findIn(const FindScope& scope, const FindExpression& expression) {
    FindMatches matches;
    matches.nodes.assign(scope.graph.nodes.size(), false);
    matches.edges.assign(scope.graph.edges.size(), false);
    if (!expression.empty()) {
        Evaluation(scope).add(expression.tree(), matches);
    }
    return matches;
}

mesh::Graph hideFrom(const mesh::Graph& graph, const FindMatches& hidden) {
    std::vector<bool> hasEdges(graph.nodes.size(), false), hasVisible(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        for (const std::uint32_t end : {graph.edges[i].source, graph.edges[i].target}) {
            hasEdges[end] = true;
            hasVisible[end] = hasVisible[end] || !hidden.edges[i];
        }
    }
    std::vector<bool> keepNodes(graph.nodes.size()), keepEdges(graph.edges.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const bool box = graph.nodes[i].kind == mesh::NodeKind::Box;
        keepNodes[i] = !box && !hidden.nodes[i] && (!hasEdges[i] || hasVisible[i]);
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        keepEdges[i] = !hidden.edges[i] && keepNodes[graph.edges[i].source] && keepNodes[graph.edges[i].target];
    }
    return graphOf(graph, std::move(keepNodes), keepEdges);
}

mesh::Graph keepOnly(const mesh::Graph& graph, const FindMatches& found) {
    std::vector<bool> keepNodes = found.nodes, keepEdges = found.edges;
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        keepEdges[i] = keepEdges[i] || (found.nodes[graph.edges[i].source] && found.nodes[graph.edges[i].target]);
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        if (keepEdges[i]) {
            keepNodes[graph.edges[i].source] = keepNodes[graph.edges[i].target] = true;
        }
    }
    return graphOf(graph, std::move(keepNodes), keepEdges);
}

} // namespace meshdeck::traffic
