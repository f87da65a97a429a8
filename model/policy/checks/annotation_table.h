// Istio's annotations: where each belongs and how its value must look (istio/api, annotation/annotations.yaml, and
// istio/istio, pkg/kube/inject: facts only).
#pragma once

#include <string>
#include <string_view>

namespace meshdeck::policy {

enum class AnnotationValue { Any, Number, Bool, Port, Ports, PortsOrAll, Ranges, RangesOrAll, Interception, Quantity };

struct AnnotationRule {
    std::string_view name;
    std::string_view kinds; // "Pod", "Service,ServiceEntry"; "" any
    bool deprecated = false;
    AnnotationValue value = AnnotationValue::Any;
};

[[nodiscard]] const AnnotationRule* findAnnotation(std::string_view name);
// Of a feature that Istio calls alpha still (nearly all are).
[[nodiscard]] bool isAlphaAnnotation(std::string_view name);
[[nodiscard]] bool isIstioAnnotation(std::string_view name);
// What is wrong with the value, or "".
[[nodiscard]] std::string valueProblem(AnnotationValue expected, std::string_view value);

} // namespace meshdeck::policy
