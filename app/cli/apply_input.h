// From the words of a command line to a plan: files and folders, or --set-weights HOST SUBSET=W...
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "change/plan.h"
#include "cli/arguments.h"
#include "cli/change_commands.h"

namespace meshdeck::cli {

// All objects of the files, folders (*.yaml, *.yml and *.json in them, sorted) and "-" (standard input), in order.
// InvalidArgument names the file, with line and column; Io for what cannot be read.
[[nodiscard]] Result<std::vector<config::Json>> readObjects(const std::vector<std::string>& paths, std::istream* in);

// One HOST and its weights as typed.
struct WantedWeights {
    std::string host;
    std::vector<std::pair<std::string, int>> weights;
};
// The words of --set-weights. InvalidArgument for a set without weights and for what is no weight.
[[nodiscard]] Result<std::vector<WantedWeights>> parseWeights(const std::vector<std::string>& words);

// The route that `wanted` means. "reviews" is looked for in `namespaces` (empty: all), "reviews.bookinfo" in that one.
// NotFound when there is none, InvalidArgument with a list when there are several and `route` (a name or an index of the
// list) does not say which. Weights that are not named share what is left in proportion to what they have.
[[nodiscard]] Result<change::WeightEdit> findEdit(const WantedWeights& wanted, const mesh::ResourceTable& config,
                                                  const std::vector<std::string>& namespaces,
                                                  const std::optional<std::string>& route);

// The whole plan, on objects read afresh.
[[nodiscard]] Result<change::Plan> planFrom(const ChangeWorld& world, const Arguments& arguments);

// The weight edits within a plan, for the prediction: routes with the same destinations and other weights.
[[nodiscard]] std::vector<change::WeightEdit> weightEdits(const change::Plan& plan, const mesh::ResourceTable* config);

} // namespace meshdeck::cli
