#include "traffic/digest.h"

#include <array>

#include <openssl/evp.h>

namespace meshdeck::traffic {

Sha256::Sha256()
    : m_algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr))
    , m_context(EVP_MD_CTX_new()) {}

Sha256::~Sha256() {
    EVP_MD_CTX_free(m_context);
    EVP_MD_free(m_algorithm);
}

std::string Sha256::hex(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, 32> hash{};
    unsigned int size = 0;
    EVP_DigestInit_ex2(m_context, m_algorithm, nullptr);
    EVP_DigestUpdate(m_context, text.data(), text.size());
    EVP_DigestFinal_ex(m_context, hash.data(), &size);
    std::string result(64, '0');
    for (std::size_t i = 0; i < hash.size(); ++i) {
        result[2 * i] = kDigits[hash[i] >> 4U];
        result[2 * i + 1] = kDigits[hash[i] & 15U];
    }
    return result;
}

} // namespace meshdeck::traffic
