// Vertical placement: the items of a group are packed against a skyline of its columns in the order of their keys; the
// keys follow the median of the neighbours until the picture does not get better; then everything slides within the
// free room towards its neighbours.
#include <algorithm>
#include <cmath>
#include <optional>

#include "layout/items.h"

namespace meshdeck::layout {
namespace {

constexpr double kNodeGap = 26; // room for the badges that hang below a card
constexpr double kGroupGap = 24;
constexpr int kSweeps = 12;
constexpr int kSlides = 6;

double gapBetween(const Item& a, const Item& b) {
    return a.leaf && b.leaf ? kNodeGap : kGroupGap;
}

// Packs one group and, first, all groups in it; heights and relative tops are set.
void pack(Tree& tree, int group) {
    Item& it = tree.items[static_cast<std::size_t>(group)];
    for (const int child : it.children) {
        if (!tree.items[static_cast<std::size_t>(child)].leaf) {
            pack(tree, child);
        }
    }
    std::stable_sort(it.children.begin(), it.children.end(), [&](int a, int b) {
        return it.ordered ? a < b : tree.items[static_cast<std::size_t>(a)].key < tree.items[static_cast<std::size_t>(b)].key;
    });
    const auto columns = static_cast<std::size_t>(it.lastColumn - it.firstColumn + 1);
    std::vector<double> skyline(columns, it.title + it.padding);
    std::vector<int> lowest(columns, -1);
    double bottom = it.title + it.padding;
    for (const int child : it.children) {
        Item& c = tree.items[static_cast<std::size_t>(child)];
        const auto from = static_cast<std::size_t>(c.firstColumn - it.firstColumn);
        const auto to = static_cast<std::size_t>(c.lastColumn - it.firstColumn);
        c.y = it.title + it.padding;
        for (std::size_t k = from; k <= to; ++k) {
            if (lowest[k] >= 0) {
                c.y = std::max(c.y, skyline[k] + gapBetween(c, tree.items[static_cast<std::size_t>(lowest[k])]));
            }
        }
        for (std::size_t k = from; k <= to; ++k) {
            skyline[k] = c.y + c.height;
            lowest[k] = child;
        }
        bottom = std::max(bottom, c.y + c.height);
    }
    it.height = bottom + it.padding;
}

void resolve(Tree& tree, int item, double offset) {
    tree.top[static_cast<std::size_t>(item)] = offset + tree.items[static_cast<std::size_t>(item)].y;
    for (const int child : tree.items[static_cast<std::size_t>(item)].children) {
        resolve(tree, child, tree.top[static_cast<std::size_t>(item)]);
    }
}

double medianOf(std::vector<double>& values) {
    const auto mid = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), mid, values.end());
    if (values.size() % 2 == 1) {
        return *mid;
    }
    return (*mid + *std::max_element(values.begin(), mid)) / 2;
}

// Key of a leaf: between its place and its neighbours' median. Key of a group: the mean of its leaves'.
std::pair<double, int> takeKeys(Tree& tree, int item) {
    Item& it = tree.items[static_cast<std::size_t>(item)];
    if (it.leaf) {
        std::vector<double> around;
        for (const int n : tree.neighbours[static_cast<std::size_t>(item)]) {
            around.push_back(tree.middle(n));
        }
        it.key = around.empty() ? tree.middle(item) : 0.3 * tree.middle(item) + 0.7 * medianOf(around);
        return {it.key, 1};
    }
    double sum = 0;
    int count = 0;
    for (const int child : it.children) {
        const auto [childSum, childCount] = takeKeys(tree, child);
        sum += childSum;
        count += childCount;
    }
    it.key = count > 0 ? sum / count : 0;
    return {sum, count};
}

// What is minimised: how far calls climb and fall, and how tall the picture is.
double cost(const Tree& tree) {
    double total = tree.items[static_cast<std::size_t>(tree.root())].height * 2;
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        for (const int n : tree.neighbours[i]) {
            total += std::abs(tree.middle(static_cast<int>(i)) - tree.middle(n)) / 2;
        }
    }
    return total;
}

void wantedShifts(const Tree& tree, int item, int group, std::vector<double>& shifts) {
    if (tree.items[static_cast<std::size_t>(item)].leaf) {
        for (const int n : tree.neighbours[static_cast<std::size_t>(item)]) {
            bool inside = false;
            for (int at = n; at >= 0 && !inside; at = tree.items[static_cast<std::size_t>(at)].parent) {
                inside = at == group;
            }
            if (!inside) {
                shifts.push_back(tree.middle(n) - tree.middle(item));
            }
        }
    }
    for (const int child : tree.items[static_cast<std::size_t>(item)].children) {
        wantedShifts(tree, child, group, shifts);
    }
}

// Slides the children of one group towards their neighbours; the order in each column stays.
void slide(Tree& tree, int group, bool downwards) {
    Item& it = tree.items[static_cast<std::size_t>(group)];
    std::vector<std::vector<int>> columns(static_cast<std::size_t>(it.lastColumn - it.firstColumn + 1));
    std::vector<int> order = it.children;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return tree.items[static_cast<std::size_t>(a)].y < tree.items[static_cast<std::size_t>(b)].y;
    });
    std::vector<std::vector<std::size_t>> rows(tree.items.size() > 0 ? order.size() : 0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Item& c = tree.items[static_cast<std::size_t>(order[i])];
        for (int k = c.firstColumn; k <= c.lastColumn; ++k) {
            auto& column = columns[static_cast<std::size_t>(k - it.firstColumn)];
            rows[i].push_back(column.size());
            column.push_back(order[i]);
        }
    }
    for (std::size_t step = 0; step < order.size(); ++step) {
        const std::size_t i = downwards ? order.size() - 1 - step : step;
        Item& c = tree.items[static_cast<std::size_t>(order[i])];
        double low = it.title + it.padding;
        double high = it.height - it.padding - c.height;
        for (int k = c.firstColumn; k <= c.lastColumn; ++k) {
            const auto& column = columns[static_cast<std::size_t>(k - it.firstColumn)];
            const std::size_t row = rows[i][static_cast<std::size_t>(k - c.firstColumn)];
            if (row > 0) {
                const Item& above = tree.items[static_cast<std::size_t>(column[row - 1])];
                low = std::max(low, above.y + above.height + gapBetween(c, above));
            }
            if (row + 1 < column.size()) {
                const Item& below = tree.items[static_cast<std::size_t>(column[row + 1])];
                high = std::min(high, below.y - c.height - gapBetween(c, below));
            }
        }
        std::vector<double> shifts;
        wantedShifts(tree, order[i], order[i], shifts);
        if (shifts.empty() || high <= low) {
            continue;
        }
        const double wanted = std::clamp(c.y + medianOf(shifts), low, high);
        if (wanted != c.y) {
            c.y = wanted;
            resolve(tree, order[i], tree.top[static_cast<std::size_t>(group)]);
        }
    }
    for (const int child : it.children) {
        if (!tree.items[static_cast<std::size_t>(child)].leaf) {
            slide(tree, child, downwards);
        }
    }
}

} // namespace

bool place(Tree& tree, bool keepOrder, const std::stop_token& stop) {
    tree.top.assign(tree.items.size(), 0);
    pack(tree, tree.root());
    resolve(tree, tree.root(), 0);
    std::vector<Item> best = tree.items;
    double lowest = cost(tree);
    for (int sweep = 0; sweep < kSweeps && !keepOrder; ++sweep) {
        if (stop.stop_requested()) {
            return false;
        }
        takeKeys(tree, tree.root());
        pack(tree, tree.root());
        resolve(tree, tree.root(), 0);
        if (const double now = cost(tree); now < lowest) {
            lowest = now;
            best = tree.items;
        }
    }
    tree.items = std::move(best);
    resolve(tree, tree.root(), 0);
    for (int i = 0; i < kSlides; ++i) {
        if (stop.stop_requested()) {
            return false;
        }
        slide(tree, tree.root(), i % 2 == 0);
    }
    return true;
}

namespace {

void takeInsets(Tree& tree, int item) {
    Item& it = tree.items[static_cast<std::size_t>(item)];
    it.leftInset = it.rightInset = 0;
    for (const int child : it.children) {
        takeInsets(tree, child);
        const Item& c = tree.items[static_cast<std::size_t>(child)];
        if (c.firstColumn == it.firstColumn) {
            it.leftInset = std::max(it.leftInset, c.leftInset);
        }
        if (c.lastColumn == it.lastColumn) {
            it.rightInset = std::max(it.rightInset, c.rightInset);
        }
    }
    if (!it.leaf) {
        it.leftInset += it.padding;
        it.rightInset += it.padding;
    }
}

} // namespace

Columns placeColumns(Tree& tree) {
    constexpr double kColumnGap = 74; // a curve and the head of its arrow
    constexpr double kHeads = 58;     // beside a label
    takeInsets(tree, tree.root());
    const auto n = static_cast<std::size_t>(tree.columns);
    std::vector<double> left(n, 0), right(n, 0), room(n, 0);
    Columns columns{std::vector<double>(n, 0), std::vector<double>(n, 0)};
    for (const Item& item : tree.items) {
        const auto first = static_cast<std::size_t>(item.firstColumn);
        const auto last = static_cast<std::size_t>(item.lastColumn);
        left[first] = std::max(left[first], item.leftInset);
        right[last] = std::max(right[last], item.rightInset);
        if (item.leaf) {
            columns.width[first] = std::max(columns.width[first], item.width);
            room[first] = std::max(room[first], item.room > 0 ? item.room + kHeads : 0);
        }
    }
    double x = left[0];
    for (std::size_t c = 0; c < n; ++c) {
        columns.left[c] = x;
        x += columns.width[c];
        if (c + 1 < n) {
            const double walls = right[c] + left[c + 1];
            x += std::max({kColumnGap, walls + kColumnGap / 2, room[c + 1]});
        }
    }
    return columns;
}

} // namespace meshdeck::layout
