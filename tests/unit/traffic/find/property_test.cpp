// Properties of find expressions over random texts, trees and graphs.
#include <random>

#include <gtest/gtest.h>

#include "traffic/find/complete.h"
#include "traffic/find/evaluate.h"
#include "traffic/find/facts.h"
#include "traffic/find/find_mesh.h"

namespace meshdeck::traffic {
namespace {

// The meaning again, one node or call at a time and by formula instead of by columns: -1 unknown, 0 no, 1 yes.
class Judge {
public:
    explicit Judge(const mesh::Graph& graph)
        : m_graph(graph)
        , m_ranks(find::ranksOf(graph)) {}

    int node(const FindTree& tree, std::size_t index) const {
        return value(tree, [&](const FindTerm& term) {
            if (specOf(term.operand).subject == FindSubject::Node) {
                return nodeTerm(term, index);
            }
            int best = 0;
            for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
                if (m_graph.edges[i].source == index || m_graph.edges[i].target == index) {
                    best = better(best, edgeTerm(term, i));
                }
            }
            return best;
        });
    }

    int edge(const FindTree& tree, std::size_t index) const {
        return value(tree, [&](const FindTerm& term) {
            return specOf(term.operand).subject == FindSubject::Edge
                       ? edgeTerm(term, index)
                       : better(nodeTerm(term, m_graph.edges[index].source), nodeTerm(term, m_graph.edges[index].target));
        });
    }

    static bool asks(const FindTree& tree, FindSubject subject) {
        bool any = tree.kind == FindTree::Kind::Term && specOf(tree.term.operand).subject == subject;
        for (const FindTree& part : tree.parts) {
            any = any || asks(part, subject);
        }
        return any;
    }

private:
    static int better(int a, int b) { return a == 1 || b == 1 ? 1 : a == -1 || b == -1 ? -1 : 0; }

    template <typename Term>
    static int value(const FindTree& tree, const Term& term) {
        if (tree.kind == FindTree::Kind::Term) {
            return term(tree.term);
        }
        if (tree.kind == FindTree::Kind::Not) {
            const int inner = value(tree.parts.front(), term);
            return inner == -1 ? -1 : 1 - inner;
        }
        const bool isAnd = tree.kind == FindTree::Kind::And;
        bool unknown = false;
        for (const FindTree& part : tree.parts) {
            const int one = value(part, term);
            if (one == (isAnd ? 0 : 1)) {
                return one;
            }
            unknown = unknown || one == -1;
        }
        return unknown ? -1 : isAnd ? 1 : 0;
    }

    static int fromTruth(find::Truth truth) { return truth == find::Truth::True ? 1 : truth == find::Truth::False ? 0 : -1; }

    static int number(const FindTerm& term, std::optional<double> value) {
        if (term.compare == FindCompare::NotANumber) {
            return value ? 0 : 1;
        }
        return value ? find::holds(term.compare, *value, term.number) : -1;
    }

    static int anyText(const FindTerm& term, std::vector<std::string_view> texts) {
        if (texts.empty()) {
            texts.emplace_back();
        }
        int any = 0;
        for (const std::string_view text : texts) {
            any = any || find::holds(term.compare, text, term.text);
        }
        return any;
    }

    int nodeTerm(const FindTerm& term, std::size_t index) const {
        const mesh::Node& node = m_graph.nodes[index];
        const FindType type = specOf(term.operand).type;
        if (term.operand == FindOperand::Label) {
            return -1; // nobody told the inventory
        }
        if (type == FindType::Number) {
            return number(term, term.operand == FindOperand::Rank ? std::optional<double>(m_ranks[index]) : find::numberOf(term.operand, node));
        }
        if (type == FindType::Flag) {
            return fromTruth(find::flagOf(term.operand, node));
        }
        std::vector<std::string_view> texts;
        if (term.operand == FindOperand::FreeText) {
            find::textsOf(FindOperand::Name, node, texts);
            texts.push_back(node.version);
            FindTerm whole = term;
            whole.compare = FindCompare::Equal;
            return anyText(term, texts) == 1 || anyText(whole, {node.ns}) == 1;
        }
        find::textsOf(term.operand, node, texts);
        return anyText(term, texts);
    }

    int edgeTerm(const FindTerm& term, std::size_t index) const {
        const mesh::Edge& edge = m_graph.edges[index];
        if (term.compare == FindCompare::Is) {
            return fromTruth(find::flagOf(term.operand, edge));
        }
        if (specOf(term.operand).type == FindType::Number) {
            return number(term, find::numberOf(term.operand, edge, m_graph));
        }
        std::vector<std::string_view> texts;
        find::textsOf(term.operand, edge, m_graph, texts);
        return anyText(term, texts);
    }

    const mesh::Graph& m_graph;
    std::vector<int> m_ranks;
};

std::vector<FindTree> sidesOf(const FindTree& tree) {
    return tree.kind == FindTree::Kind::Or ? tree.parts : std::vector<FindTree>{tree};
}

TEST(FindProperty, PrintedExpressions_readBackAsThemselves) {
    std::mt19937 random(20261128);
    for (int i = 0; i < 20000; ++i) {
        const FindExpression expression(test::randomTree(random, 4));
        const auto back = FindExpression::parse(expression.text());
        ASSERT_TRUE(back) << expression.text() << "\n" << back.error().what;
        ASSERT_TRUE(*back == expression) << expression.text() << "\n" << back->text();
        ASSERT_EQ(back->text(), expression.text());
    }
}

TEST(FindProperty, Evaluation_isThatOfAnIndependentOne) {
    std::mt19937 random(20261129);
    std::size_t found = 0;
    for (int i = 0; i < 4000; ++i) {
        const mesh::Graph graph = test::randomGraph(random);
        const FindExpression expression(test::randomTree(random, 3));
        const FindMatches matches = findIn({graph}, expression);
        const Judge judge(graph);
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            bool expected = false;
            for (const FindTree& side : sidesOf(expression.tree())) {
                expected = expected || (Judge::asks(side, FindSubject::Node) && judge.node(side, n) == 1);
            }
            expected = expected && graph.nodes[n].kind != mesh::NodeKind::Box;
            ASSERT_EQ(matches.nodes[n], expected) << expression.text() << " on node " << n;
            found += expected ? 1 : 0;
        }
        for (std::size_t e = 0; e < graph.edges.size(); ++e) {
            bool expected = false;
            for (const FindTree& side : sidesOf(expression.tree())) {
                expected = expected || (Judge::asks(side, FindSubject::Edge) && judge.edge(side, e) == 1);
            }
            ASSERT_EQ(matches.edges[e], expected) << expression.text() << " on edge " << e;
            found += expected ? 1 : 0;
        }
    }
    EXPECT_GT(found, 1000U) << "expressions that find nothing prove nothing";
}

TEST(FindProperty, AnyText_isReadOrPointedAt) {
    static const std::string kPieces[] = {"err", " ", "> ", "<", "!", "not ", "and", " or ", "(", ")", "\"", "'", "ns", "=", "*=", "^", "$=", "5", "%", "ms", "NaN", "label:", "x", ":", "\\", "\xc3\xbc", "\xff", std::string(1, '\0'), "&&", "|", "has ", "is"};
    std::mt19937 random(20261130);
    const mesh::Graph graph = test::findMesh();
    std::size_t read = 0;
    for (int i = 0; i < 40000; ++i) {
        std::string text;
        for (std::size_t n = std::uniform_int_distribution<std::size_t>(0, 12)(random); n > 0; --n) {
            text += kPieces[std::uniform_int_distribution<std::size_t>(0, std::size(kPieces) - 1)(random)];
        }
        const auto parsed = FindExpression::parse(text);
        if (parsed) {
            ++read;
            ASSERT_TRUE(FindExpression::parse(parsed->text()) == *parsed) << text << "\n" << parsed->text();
            (void)findIn({graph}, *parsed);
        } else {
            ASSERT_LE(parsed.error().position + parsed.error().length, text.size()) << text;
            ASSERT_FALSE(parsed.error().what.empty());
            ASSERT_FALSE(pointOut(parsed.error(), text).empty());
        }
        const std::size_t cursor = text.empty() ? 0 : std::uniform_int_distribution<std::size_t>(0, text.size())(random);
        const FindCompletion completion = completeFind(text, cursor, &graph);
        ASSERT_LE(completion.position + completion.length, text.size());
    }
    EXPECT_GT(read, 1000U);
}

} // namespace
} // namespace meshdeck::traffic
