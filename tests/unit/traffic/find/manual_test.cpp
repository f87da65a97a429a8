// The manual names every operand that there is.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "traffic/find/expression.h"

namespace meshdeck::traffic {
namespace {

TEST(FindManual, EveryOperand_isNamed) {
    std::ifstream file(MESHDECK_TEST_DATA "/../../resources/manual/find.md");
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty());
    for (const OperandSpec& spec : findOperands()) {
        const std::string name = spec.id == FindOperand::Label ? "label:KEY" : std::string(spec.name);
        EXPECT_TRUE(spec.id == FindOperand::FreeText || text.str().find("`" + name + "`") != std::string::npos) << name;
    }
}

TEST(FindManual, Examples_canBeRead) {
    std::ifstream file(MESHDECK_TEST_DATA "/../../resources/manual/find.md");
    int examples = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("    ", 0) == 0) {
            EXPECT_TRUE(FindExpression::parse(line)) << line;
            ++examples;
        }
    }
    EXPECT_GE(examples, 5);
}

} // namespace
} // namespace meshdeck::traffic
