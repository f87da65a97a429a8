// SHA-256, for ids that are the same in every run (facts/traffic-graph.md 2.2).
#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace meshdeck::traffic {

// Keeps its OpenSSL context between calls: fetching one costs more than hashing an id. One thread at a time.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    // 64 lower-case hex digits.
    [[nodiscard]] std::string hex(std::string_view text);

private:
    evp_md_st* m_algorithm;
    evp_md_ctx_st* m_context;
};

} // namespace meshdeck::traffic
