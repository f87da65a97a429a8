#include "app/demo/api/schema.h"

#include <cmath>
#include <sstream>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

const char* typeName(const Json& value) {
    switch (value.type()) {
    case Json::value_t::object:
        return "object";
    case Json::value_t::array:
        return "array";
    case Json::value_t::string:
        return "string";
    case Json::value_t::boolean:
        return "boolean";
    case Json::value_t::number_float:
        return "number";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
        return "integer";
    default:
        return "null";
    }
}

class Checker {
public:
    explicit Checker(SchemaFindings& findings)
        : m_findings(findings) {}

    void check(Json& value, const Json& shape, const std::string& path) {
        if (shape.is_object()) {
            checkObject(value, shape, path);
        } else if (shape.is_array()) {
            checkArray(value, shape.front(), path);
        } else {
            checkScalar(value, shape.get<std::string>(), path);
        }
    }

private:
    void wrongType(const Json& value, const std::string& wanted, const std::string& path) {
        const std::string actual = inQuotes(typeName(value));
        m_findings.causes.push_back(
            {"FieldValueTypeInvalid",
             "Invalid value: " + actual + ": " + path + " in body must be of type " + wanted + ": " + actual, path});
    }

    void checkObject(Json& value, const Json& shape, const std::string& path) {
        if (!value.is_object()) {
            wrongType(value, "object", path);
            return;
        }
        if (const auto any = shape.find("*"); any != shape.end()) {
            for (auto& item : value.items()) {
                check(item.value(), *any, path + "." + item.key());
            }
            return;
        }
        std::vector<std::string> unknown;
        for (auto& item : value.items()) {
            const auto required = shape.find(item.key() + "!");
            const auto member = required != shape.end() ? required : shape.find(item.key());
            if (member == shape.end()) {
                unknown.push_back(item.key());
            } else {
                check(item.value(), *member, path + "." + item.key());
            }
        }
        for (const std::string& name : unknown) {
            m_findings.unknownFields.push_back(path + "." + name);
            value.erase(name);
        }
        for (const auto& item : shape.items()) {
            const std::string name = item.key().substr(0, item.key().size() - 1);
            if (item.key().back() == '!' && !value.contains(name)) {
                m_findings.causes.push_back({"FieldValueRequired", "Required value", path + "." + name});
            }
        }
    }

    void checkArray(Json& value, const Json& shape, const std::string& path) {
        if (!value.is_array()) {
            wrongType(value, "array", path);
            return;
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
            check(value[i], shape, path + "[" + std::to_string(i) + "]");
        }
    }

    void checkScalar(Json& value, const std::string& shape, const std::string& path) {
        if (shape.front() == '@') {
            check(value, namedShape(shape.substr(1)), path);
        } else if (shape.starts_with("enum ")) {
            checkEnumeration(value, shape.substr(5), path);
        } else if (shape == "integer") {
            // A number without a fraction is an integer for a schema, however it is written.
            const double number = value.is_number_float() ? value.get<double>() : 0.5;
            if (std::floor(number) == number && std::abs(number) < 9e15) {
                value = static_cast<std::int64_t>(number);
            }
            if (!value.is_number_integer()) {
                wrongType(value, shape, path);
            }
        } else if ((shape == "string" && !value.is_string()) || (shape == "boolean" && !value.is_boolean()) ||
                   (shape == "number" && !value.is_number()) || (shape == "duration" && !value.is_string())) {
            wrongType(value, shape == "duration" ? "string" : shape, path);
        }
    }

    void checkEnumeration(const Json& value, const std::string& names, const std::string& path) {
        if (!value.is_string()) {
            wrongType(value, "string", path);
            return;
        }
        std::istringstream stream(names);
        std::string list;
        for (std::string name; stream >> name;) {
            if (name == value.get<std::string>()) {
                return;
            }
            list += (list.empty() ? "" : ", ") + inQuotes(name);
        }
        m_findings.causes.push_back(
            {"FieldValueNotSupported",
             "Unsupported value: " + inQuotes(value.get<std::string>()) + ": supported values: " + list, path});
    }

    SchemaFindings& m_findings;
};

const Json& metadataShape() {
    static const Json shape =
        *parseJson(R"({"name":"string","generateName":"string","namespace":"string","uid":"string",
        "resourceVersion":"string","generation":"integer","creationTimestamp":"any","deletionTimestamp":"any",
        "deletionGracePeriodSeconds":"any","labels":{"*":"string"},"annotations":{"*":"string"},"finalizers":["string"],
        "ownerReferences":[{"apiVersion":"string","kind":"string","name":"string","uid":"string","controller":"boolean",
        "blockOwnerDeletion":"boolean"}],"managedFields":["any"],"selfLink":"string"})");
    return shape;
}

} // namespace

SchemaFindings checkSchema(Json& object, const Resource& resource) {
    SchemaFindings findings;
    Checker checker(findings);
    const Json* spec = specShape(resource);
    if (spec == nullptr) {
        return findings;
    }
    std::vector<std::string> unknown;
    for (auto& item : object.items()) {
        if (item.key() == "spec") {
            checker.check(item.value(), *spec, "spec");
        } else if (item.key() == "metadata") {
            checker.check(item.value(), metadataShape(), "metadata");
        } else if (item.key() != "status" && item.key() != "apiVersion" && item.key() != "kind") {
            unknown.push_back(item.key());
        }
    }
    for (const std::string& name : unknown) {
        findings.unknownFields.push_back(name);
        object.erase(name);
    }
    return findings;
}

} // namespace meshdeck::demo::api
