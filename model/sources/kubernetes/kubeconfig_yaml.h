// One kubeconfig file read into values; private to this folder.
#pragma once

#include "sources/kubernetes/kubeconfig.h"

namespace meshdeck::sources::kubernetes {

// `path` names the file in errors and is what relative paths inside resolve against.
[[nodiscard]] Result<Kubeconfig> parseKubeconfig(const std::string& text, const std::string& path);

// A sentence when the file may have been written by somebody else, so that its exec commands must not run
// (facts/faults.md S5); empty when all is well.
[[nodiscard]] std::string untrustedFile(const std::string& path);

} // namespace meshdeck::sources::kubernetes
