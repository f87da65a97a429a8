#include "change/text_diff.h"

#include <algorithm>

namespace meshdeck::change {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
// Myers' algorithm keeps one row of ends for each edit: beyond this many edits the rest is shown as replaced, which is
// correct, only not the shortest.
constexpr std::size_t kMaxEdits = 3000;

Lines linesOf(std::string_view text) {
    Lines lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

struct Step {
    std::size_t x = 0; // lines of `before` and `after` consumed after this step
    std::size_t y = 0;
    bool removed = false;
};

// The edits of the shortest script in order, by E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
// Nothing when there are more than kMaxEdits of them.
class Myers {
public:
    Myers(const Lines& a, const Lines& b) : m_a(a), m_b(b) {}

    [[nodiscard]] bool run(std::vector<Step>& edits) {
        const std::size_t limit = std::min(m_a.size() + m_b.size(), kMaxEdits);
        const auto offset = static_cast<std::ptrdiff_t>(limit) + 1;
        std::vector<std::ptrdiff_t> ends(2 * limit + 3, 0);
        for (std::ptrdiff_t d = 0; d <= static_cast<std::ptrdiff_t>(limit); ++d) {
            m_trace.push_back({ends.begin() + offset - d - 1, ends.begin() + offset + d + 2});
            for (std::ptrdiff_t k = -d; k <= d; k += 2) {
                const bool down = k == -d || (k != d && ends[at(offset + k - 1)] < ends[at(offset + k + 1)]);
                std::ptrdiff_t x = down ? ends[at(offset + k + 1)] : ends[at(offset + k - 1)] + 1;
                while (x < size(m_a) && x - k < size(m_b) && m_a[at(x)] == m_b[at(x - k)]) {
                    ++x;
                }
                ends[at(offset + k)] = x;
                if (x >= size(m_a) && x - k >= size(m_b)) {
                    walkBack(d, edits);
                    return true;
                }
            }
        }
        return false;
    }

private:
    static std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }
    static std::ptrdiff_t size(const Lines& lines) { return static_cast<std::ptrdiff_t>(lines.size()); }

    void walkBack(std::ptrdiff_t last, std::vector<Step>& edits) const {
        std::ptrdiff_t x = size(m_a);
        std::ptrdiff_t y = size(m_b);
        for (std::ptrdiff_t d = last; d > 0; --d) {
            const auto& ends = m_trace[at(d)]; // the ends before round d, from diagonal -d-1 to d+1
            const auto endOf = [&](std::ptrdiff_t k) { return ends[at(k + d + 1)]; };
            const std::ptrdiff_t k = x - y;
            const bool down = k == -d || (k != d && endOf(k - 1) < endOf(k + 1));
            const std::ptrdiff_t from = down ? k + 1 : k - 1;
            x = endOf(from);
            y = x - from;
            edits.push_back({at(x), at(y), !down});
        }
        std::reverse(edits.begin(), edits.end());
    }

    const Lines& m_a;
    const Lines& m_b;
    std::vector<std::vector<std::ptrdiff_t>> m_trace;
};

std::vector<DiffLine> script(const Lines& a, const Lines& b, const std::vector<Step>& edits) {
    std::vector<DiffLine> lines;
    std::size_t x = 0;
    std::size_t y = 0;
    const auto same = [&](std::size_t untilX, std::size_t untilY) {
        for (; x < untilX && y < untilY; ++x, ++y) {
            lines.push_back({DiffLine::Kind::Same, x + 1, y + 1, std::string(a[x])});
        }
    };
    for (const Step& edit : edits) { // each edit names where it starts
        same(edit.x, edit.y);
        if (edit.removed) {
            lines.push_back({DiffLine::Kind::Removed, x + 1, 0, std::string(a[x])});
            ++x;
        } else {
            lines.push_back({DiffLine::Kind::Added, 0, y + 1, std::string(b[y])});
            ++y;
        }
    }
    same(a.size(), b.size());
    return lines;
}

// Within a run of changes people expect what goes before what comes.
void removedFirst(std::vector<DiffLine>& lines) {
    for (auto begin = lines.begin(); begin != lines.end();) {
        const auto changed = [](const DiffLine& line) { return line.kind != DiffLine::Kind::Same; };
        begin = std::find_if(begin, lines.end(), changed);
        const auto end = std::find_if_not(begin, lines.end(), changed);
        std::stable_partition(begin, end, [](const DiffLine& line) { return line.kind == DiffLine::Kind::Removed; });
        begin = end;
    }
}

} // namespace

std::vector<DiffLine> diffLines(std::string_view before, std::string_view after) {
    const Lines a = linesOf(before);
    const Lines b = linesOf(after);
    std::vector<Step> edits;
    if (!Myers(a, b).run(edits)) {
        edits.clear();
        for (std::size_t x = 0; x < a.size(); ++x) {
            edits.push_back({x, 0, true});
        }
        for (std::size_t y = 0; y < b.size(); ++y) {
            edits.push_back({a.size(), y, false});
        }
    }
    auto lines = script(a, b, edits);
    removedFirst(lines);
    return lines;
}

namespace {

std::string range(std::size_t first, std::size_t count) {
    return std::to_string(first) + (count == 1 ? "" : "," + std::to_string(count));
}

void appendHunk(std::string& text, const std::vector<DiffLine>& lines, std::size_t begin, std::size_t end,
                std::size_t linesBefore, std::size_t linesAfter) {
    std::size_t countBefore = 0;
    std::size_t countAfter = 0;
    std::string body;
    for (std::size_t i = begin; i < end; ++i) {
        const DiffLine& line = lines[i];
        countBefore += line.kind != DiffLine::Kind::Added ? 1 : 0;
        countAfter += line.kind != DiffLine::Kind::Removed ? 1 : 0;
        body += line.kind == DiffLine::Kind::Same ? ' ' : line.kind == DiffLine::Kind::Removed ? '-' : '+';
        body += line.text + "\n";
    }
    // An empty side is numbered by the line before it, as diff does.
    text += "@@ -" + range(linesBefore + (countBefore > 0 ? 1 : 0), countBefore) + " +" +
            range(linesAfter + (countAfter > 0 ? 1 : 0), countAfter) + " @@\n" + body;
}

} // namespace

std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view beforeName,
                        std::string_view afterName) {
    const auto lines = diffLines(before, after);
    const auto changed = [&](std::size_t i) { return lines[i].kind != DiffLine::Kind::Same; };
    std::string text;
    std::size_t linesBefore = 0; // in front of `counted`
    std::size_t linesAfter = 0;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < lines.size();) {
        if (!changed(i)) {
            ++i;
            continue;
        }
        const std::size_t begin = std::max(counted, i - std::min(i, kContext));
        std::size_t lastChange = i;
        for (std::size_t next = i; next < lines.size() && next <= lastChange + 2 * kContext; ++next) {
            lastChange = changed(next) ? next : lastChange;
        }
        const std::size_t end = std::min(lines.size(), lastChange + 1 + kContext);
        const auto count = [&](std::size_t from, std::size_t to) {
            for (std::size_t n = from; n < to; ++n) {
                linesBefore += lines[n].kind != DiffLine::Kind::Added ? 1 : 0;
                linesAfter += lines[n].kind != DiffLine::Kind::Removed ? 1 : 0;
            }
        };
        count(counted, begin);
        if (text.empty()) {
            text = "--- " + std::string(beforeName) + "\n+++ " + std::string(afterName) + "\n";
        }
        appendHunk(text, lines, begin, end, linesBefore, linesAfter);
        count(begin, end);
        counted = end;
        i = end;
    }
    return text;
}

namespace {

// By line of the live text (from 1): the base line it is, or 0; and base lines that vanished in front of it.
struct Alignment {
    std::vector<std::size_t> partner;
    std::vector<std::vector<const DiffLine*>> inFront; // of line i; the last entry: after all lines
};

Alignment align(const std::vector<DiffLine>& diff, std::size_t liveLines, bool liveIsAfter) {
    Alignment result;
    result.partner.resize(liveLines + 1, 0);
    result.inFront.resize(liveLines + 2);
    std::size_t live = 0;
    for (const DiffLine& line : diff) {
        const std::size_t own = liveIsAfter ? line.after : line.before;
        const std::size_t other = liveIsAfter ? line.before : line.after;
        if (own == 0) {
            result.inFront[live + 1].push_back(&line);
        } else {
            live = own;
            result.partner[live] = other;
        }
    }
    return result;
}

} // namespace

std::vector<ThreeWayLine> diffThreeWays(std::string_view base, std::string_view live, std::string_view mine) {
    const Lines lines = linesOf(live);
    const auto theirs = diffLines(base, live);
    const auto ours = diffLines(live, mine);
    const Alignment fromBase = align(theirs, lines.size(), true);
    const Alignment toMine = align(ours, lines.size(), false);
    std::vector<ThreeWayLine> rows;
    for (std::size_t i = 1; i <= lines.size() + 1; ++i) {
        for (const DiffLine* gone : fromBase.inFront[i]) {
            ThreeWayLine row;
            row.base = gone->before;
            row.baseText = gone->text;
            row.liveChanged = true;
            rows.push_back(std::move(row));
        }
        for (const DiffLine* added : toMine.inFront[i]) {
            ThreeWayLine row;
            row.mine = added->after;
            row.mineText = added->text;
            row.mineChanged = true;
            rows.push_back(std::move(row));
        }
        if (i > lines.size()) {
            break;
        }
        ThreeWayLine row;
        row.live = i;
        row.liveText = std::string(lines[i - 1]);
        row.base = fromBase.partner[i];
        row.baseText = row.base != 0 ? row.liveText : "";
        row.mine = toMine.partner[i];
        row.mineText = row.mine != 0 ? row.liveText : "";
        row.liveChanged = row.base == 0;
        row.mineChanged = row.mine == 0;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace meshdeck::change
