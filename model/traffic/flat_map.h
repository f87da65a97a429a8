// An open-addressing hash map for the graph builder's hot loops: trivially copyable keys, linear probing, no erase.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace meshdeck::traffic {

// Mixes a 64-bit word so that nearby keys spread over the table (the finaliser of MurmurHash3).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 33U;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33U;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33U;
    return x;
}

template <typename Key>
struct FlatHash {
    [[nodiscard]] std::uint64_t operator()(const Key& key) const {
        if constexpr (requires { key.hash(); }) {
            return key.hash();
        } else {
            return mix(static_cast<std::uint64_t>(key));
        }
    }
};

// Pointers into the map are valid until the next insertion.
template <typename Key, typename Value>
class FlatMap {
public:
    explicit FlatMap(std::size_t expected = 16) { rehash(expected * 2); }

    // The value of the key and whether it was inserted now (then value-initialised).
    std::pair<Value*, bool> insert(const Key& key) {
        if ((m_size + 1) * 10 > m_slots.size() * 7) {
            rehash(m_slots.size() * 2);
        }
        Slot& slot = slotOf(key);
        const bool fresh = !slot.used;
        if (fresh) {
            slot = Slot{key, Value{}, true};
            ++m_size;
        }
        return {&slot.value, fresh};
    }

    [[nodiscard]] const Value* get(const Key& key) const { return const_cast<FlatMap*>(this)->find(key); }
    [[nodiscard]] Value* find(const Key& key) {
        Slot& slot = slotOf(key);
        return slot.used ? &slot.value : nullptr;
    }

    [[nodiscard]] std::size_t size() const { return m_size; }

    template <typename Visit>
    void forEach(Visit&& visit) const {
        for (const Slot& slot : m_slots) {
            if (slot.used) {
                visit(slot.key, slot.value);
            }
        }
    }

private:
    struct Slot {
        Key key{};
        Value value{};
        bool used = false;
    };

    Slot& slotOf(const Key& key) {
        std::size_t at = FlatHash<Key>()(key) & m_mask;
        while (m_slots[at].used && !(m_slots[at].key == key)) {
            at = (at + 1) & m_mask;
        }
        return m_slots[at];
    }

    void rehash(std::size_t wanted) {
        std::size_t capacity = 16;
        while (capacity < wanted) {
            capacity *= 2;
        }
        std::vector<Slot> old(capacity);
        old.swap(m_slots);
        m_mask = capacity - 1;
        for (Slot& slot : old) {
            if (slot.used) {
                slotOf(slot.key) = std::move(slot);
            }
        }
    }

    std::vector<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_size = 0;
};

} // namespace meshdeck::traffic
