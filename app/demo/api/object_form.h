// How stored objects are written into answers: the served version asked for, the member order of each sort of kind,
// lists with or without the kind of their items, metadata only.
#pragma once

#include "app/demo/api/request.h"

namespace meshdeck::demo::api {

// One object as an answer or a watch event carries it.
[[nodiscard]] Json presented(const Json& object, const ObjectForm& form);
// The same as text, without a copy of the object in between: lists and watches of thousands of objects are written this
// way.
[[nodiscard]] std::string presentedText(const Json& object, const ObjectForm& form);

struct ListMetadata {
    std::uint64_t version = 0;
    std::string continueToken;
    std::size_t remaining = 0; // zero: not said
};
// Custom kinds: members sorted, items with kind; native kinds: items without (their list says it).
[[nodiscard]] std::string presentedList(const std::vector<ObjectPtr>& objects, const ListMetadata& metadata,
                                        const ObjectForm& form);
// Only metadata.resourceVersion means anything; initialEventsEnd adds the annotation that ends a streamed list.
[[nodiscard]] Json bookmark(std::uint64_t version, bool initialEventsEnd, const ObjectForm& form);

enum class AcceptedForm { Whole, Metadata, NotAcceptable };
// The first form in an Accept header that we can write; media ranges with wildcards mean whole objects.
[[nodiscard]] AcceptedForm acceptedForm(const std::string& accept);

} // namespace meshdeck::demo::api
