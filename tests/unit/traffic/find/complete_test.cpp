// Completion of find expressions.
#include <gtest/gtest.h>

#include "traffic/find/complete.h"
#include "traffic/find/find_mesh.h"

namespace meshdeck::traffic {
namespace {

// The choices at the bar, "position+length: a b c".
std::string at(std::string text) {
    const std::size_t cursor = text.find('|');
    text.erase(cursor, 1);
    const mesh::Graph graph = test::findMesh();
    const FindCompletion completion = completeFind(text, cursor, &graph);
    std::string words = std::to_string(completion.position) + "+" + std::to_string(completion.length) + ":";
    for (const FindChoice& choice : completion.choices) {
        words += " " + choice.text;
    }
    return words;
}

TEST(FindCompletion, Operands_byTheirFirstLetters) {
    EXPECT_EQ(at("p9|"), "0+2: p95 p99");
    EXPECT_EQ(at("idle or name|"), "8+4: namespace");
    EXPECT_EQ(at("not fail|"), "4+4: failing");
    EXPECT_EQ(at("(circ|"), "1+4: circuitbreaker");
    EXPECT_EQ(at("acq|"), "0+3: acquirer") << "names too";
}

TEST(FindCompletion, Operators_fitTheOperand) {
    EXPECT_EQ(at("p95 |"), "4+0: > < >= <= = !=");
    EXPECT_EQ(at("ns |"), "3+0: = != contains startswith endswith not contains");
    EXPECT_EQ(at("node |"), "5+0: = !=");
    EXPECT_EQ(at("ns st|"), "3+2: startswith");
    EXPECT_EQ(at("idle |"), "5+0: and or");
}

TEST(FindCompletion, Values_areThoseOfTheMesh) {
    EXPECT_EQ(at("ns = |"), "5+0: shop payments sandbox");
    EXPECT_EQ(at("ns = pa|"), "5+2: payments");
    EXPECT_EQ(at("name not contains ca|"), "18+2: card card-v4 cart cart-v2");
    EXPECT_EQ(at("protocol = |"), "11+0: http grpc tcp");
    EXPECT_EQ(at("flag = |"), "7+0: UF");
    EXPECT_EQ(at("p95 = |"), "6+0: NaN");
    EXPECT_EQ(at("ns = pa| and idle"), "5+2: payments") << "in the middle of an expression";
    EXPECT_EQ(at("ns = shop |"), "10+0: and or");
}

} // namespace
} // namespace meshdeck::traffic
