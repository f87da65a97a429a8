#include <algorithm>

#include "layout/ranks.h"

namespace meshdeck::layout {
namespace {

// Nodes in doubly linked lists by what is left of their callees minus their callers; sinks and sources have lists of
// their own. Taking a node and moving a neighbour cost constant time.
class Buckets {
public:
    Buckets(int count, const Lists& callees, const Lists& callers)
        : m_out(idx(count)), m_in(idx(count)), m_next(idx(count)), m_before(idx(count)), m_bucket(idx(count)) {
        int most = 0;
        for (int i = 0; i < count; ++i) {
            m_out[idx(i)] = callees.sizeOf(i);
            m_in[idx(i)] = callers.sizeOf(i);
            most = std::max({most, m_out[idx(i)], m_in[idx(i)]});
        }
        m_middle = most + 2;
        m_head.assign(idx(2 * most + 5), kNone);
        for (int i = count; i-- > 0;) { // backwards: the first comes first out of its list
            insert(i);
        }
        m_top = static_cast<int>(m_head.size()) - 1;
    }

    [[nodiscard]] int sink() const { return m_head[0]; }
    [[nodiscard]] int source() const { return m_head[1]; }
    int widest() {
        while (m_top > 1 && m_head[idx(m_top)] < 0) {
            --m_top;
        }
        return m_top > 1 ? m_head[idx(m_top)] : kNone;
    }

    void take(int node, const Lists& callees, const Lists& callers) {
        remove(node);
        m_bucket[idx(node)] = kNone;
        for (const int callee : callees[node]) {
            change(callee, 0, -1);
        }
        for (const int caller : callers[node]) {
            change(caller, -1, 0);
        }
    }

private:
    void change(int node, int out, int in) {
        if (m_bucket[idx(node)] < 0) {
            return; // taken already
        }
        remove(node);
        m_out[idx(node)] += out;
        m_in[idx(node)] += in;
        insert(node);
    }

    void insert(int node) {
        const int out = m_out[idx(node)], in = m_in[idx(node)];
        const int bucket = in == 0 ? 1 : out == 0 ? 0 : m_middle + out - in;
        m_bucket[idx(node)] = bucket;
        m_top = std::max(m_top, bucket);
        m_before[idx(node)] = kNone;
        m_next[idx(node)] = m_head[idx(bucket)];
        if (m_next[idx(node)] >= 0) {
            m_before[idx(m_next[idx(node)])] = node;
        }
        m_head[idx(bucket)] = node;
    }

    void remove(int node) {
        const int before = m_before[idx(node)], next = m_next[idx(node)];
        (before >= 0 ? m_next[idx(before)] : m_head[idx(m_bucket[idx(node)])]) = next;
        if (next >= 0) {
            m_before[idx(next)] = before;
        }
    }

    std::vector<int> m_out, m_in, m_next, m_before, m_bucket, m_head;
    int m_middle = 0;
    int m_top = 0;
};

} // namespace

std::vector<int> orderAgainstCycles(int count, const Lists& callees, const Lists& callers) {
    Buckets buckets(count, callees, callers);
    std::vector<int> left, right;
    left.reserve(idx(count));
    const auto take = [&](int node, std::vector<int>& side) {
        buckets.take(node, callees, callers);
        side.push_back(node);
    };
    while (static_cast<int>(left.size() + right.size()) < count) {
        if (const int source = buckets.source(); source >= 0) {
            take(source, left);
        } else if (const int sink = buckets.sink(); sink >= 0) {
            take(sink, right);
        } else {
            take(buckets.widest(), left);
        }
    }
    left.insert(left.end(), right.rbegin(), right.rend());
    return left;
}

} // namespace meshdeck::layout
