#include "config/object.h"

#include <gtest/gtest.h>

#include "config/mesh_config.h"
#include "config/positions.h"
#include "config/resource_json.h"

namespace meshdeck::config {

namespace {

std::shared_ptr<const SourceText> source(std::string text) {
    return std::make_shared<SourceText>(SourceText{"x.yaml", std::move(text)});
}

std::string place(const ConfigObject& object, std::string_view pointer) {
    const Position position = positionOf(object, pointer);
    return std::to_string(position.line) + ":" + std::to_string(position.column);
}

const char* const kTwo = R"(# first
apiVersion: v1
kind: Service
metadata:
  name: a
spec:
  ports:
  - port: 80
    name: http
---
---
kind: List
apiVersion: v1
items:
- apiVersion: v1
  kind: Namespace
  metadata: {name: nn, labels: {x: "y"}}
- apiVersion: networking.istio.io/v1alpha3
  kind: VirtualService
  metadata: {name: b, namespace: m, creationTimestamp: "2024-01-02T03:04:05Z"}
  spec:
    hosts: ["h"]
)";

} // namespace

TEST(ReadConfig, DocumentsAndLists_becomeObjectsWithTheirPlaces) {
    const auto objects = readConfig(source(kTwo), "shop");
    ASSERT_TRUE(objects) << objects.error().what;
    ASSERT_EQ(objects->size(), 3U);
    const ConfigObject& service = *(*objects)[0];
    EXPECT_EQ(service.ref.display(), "Service shop/a");
    EXPECT_EQ(place(service, ""), "2:1");
    EXPECT_EQ(place(service, "/spec"), "6:1");
    EXPECT_EQ(place(service, "/spec/ports"), "7:3");
    EXPECT_EQ(place(service, "/spec/ports/0"), "8:5");
    EXPECT_EQ(place(service, "/spec/ports/0/name"), "9:11");
    EXPECT_EQ(place(service, "/spec/ports/0/nodePort"), "8:5"); // missing: the nearest parent
    EXPECT_EQ(place(service, "/spec/ports/7"), "7:3");
    EXPECT_EQ((*objects)[1]->ref.display(), "Namespace nn"); // has no namespace to be given
    EXPECT_EQ((*objects)[1]->labels.at("x"), "y");
    const ConfigObject& virtualService = *(*objects)[2];
    EXPECT_EQ(virtualService.ref.display(), "VirtualService m/b");
    EXPECT_EQ(virtualService.created, 1704164645);
    EXPECT_EQ(place(virtualService, ""), "18:3");
    EXPECT_EQ(place(virtualService, "/spec/hosts/0"), "22:13");
    ASSERT_NE(as<VirtualService>(virtualService.typed), nullptr); // any served version
    EXPECT_EQ(as<VirtualService>(virtualService.typed)->hosts[0], "h");
}

TEST(PositionsOf, ManyPlaces_areThoseOfOneByOne) {
    const auto first = readConfig(source(kTwo), "shop");
    const auto second = readConfig(source("{\n\t\"apiVersion\": \"v1\", \"kind\": \"A\", \"metadata\": {\"name\": \"a\\/b\"}}"));
    ASSERT_TRUE(first && second);
    std::vector<Place> places;
    for (const auto* objects : {&*first, &*second}) {
        for (const auto& object : *objects) {
            for (const char* pointer : {"", "/metadata/name", "/spec/ports/0/name", "/spec/hosts/0", "/spec/none/3", "/kind"}) {
                places.push_back({object.get(), pointer});
            }
        }
    }
    const auto positions = positionsOf(places);
    ASSERT_EQ(positions.size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        EXPECT_EQ(positions[i], positionOf(*places[i].object, places[i].pointer)) << i;
        EXPECT_NE(positions[i].line, 0U);
    }
}

TEST(ReadConfig, WhatIsNoObject_isRefusedWithItsPlace) {
    const auto noName = readConfig(source("a: 1\n---\napiVersion: v1\nkind: Service\nmetadata: {}\n"));
    ASSERT_FALSE(noName);
    EXPECT_EQ(noName.error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(noName.error().what, "line 1, column 1: this is no Kubernetes object: it has no apiVersion");
    const auto second = readConfig(source("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().what, "line 4, column 3: this is no Kubernetes object: it has no metadata.name");
    EXPECT_TRUE(readConfig(source("apiVersion: v1\nkind: [\n")).error().what.starts_with("line "));
}

TEST(ReadConfig, JsonWithTabs_isRead) {
    const auto objects = readConfig(source("{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"ServiceList\",\n\t\"items\": "
                                           "[{\"metadata\": {\"name\": \"a\"}}]\n}\n"));
    ASSERT_TRUE(objects) << objects.error().what;
    EXPECT_EQ((*objects)[0]->ref.kind, "Service");
    EXPECT_EQ(place(*(*objects)[0], "/metadata/name"), "4:34");
    const auto odd = readConfig(source("{\"apiVersion\":\"a\\/v1\",\n\t\"kind\" :\"K\", \"metadata\": {\"name\": \"x\\\"]\"},\n"
                                       "\"spec\":{\"a\\/b\": [1,[true, {}], {\"c\":-2e5}]}}"));
    ASSERT_TRUE(odd) << odd.error().what;
    EXPECT_EQ(place(*(*odd)[0], "/spec"), "3:1");
    EXPECT_EQ(place(*(*odd)[0], "/spec/a~1b/1/0"), "3:21");
    EXPECT_EQ(place(*(*odd)[0], "/spec/a~1b/2/c"), "3:37");
    EXPECT_EQ(place(*(*odd)[0], "/spec/a~1b/2/d"), "3:32");
    EXPECT_EQ(place(*(*odd)[0], "/metadata/name"), "2:36");
}

TEST(ReadConfig, Resource_keepsItsTextAndAge) {
    const auto resource = readResource(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n",)"
                                       R"("creationTimestamp":"1970-01-01T00:01:00Z"},"unknown":18446744073709551615})");
    ASSERT_TRUE(resource);
    const auto object = readConfig(**resource);
    ASSERT_TRUE(object);
    EXPECT_EQ((*object)->created, 60);
    EXPECT_EQ((*(*object)->json)["unknown"].dump(), "18446744073709551615");
    EXPECT_EQ(positionOf(**object, "/metadata"), Position{});
    Json edited = *(*object)->json;
    edited["metadata"].erase("creationTimestamp");
    const auto changed = withJson(**object, edited);
    ASSERT_TRUE(changed);
    EXPECT_EQ((*changed)->created, 60);
}

TEST(OlderThan, NotYetCreated_isNewest) {
    ConfigObject a;
    ConfigObject b;
    a.ref.name = "a";
    b.ref.name = "b";
    b.created = 5;
    EXPECT_TRUE(olderThan(b, a));
    a.created = 5;
    EXPECT_TRUE(olderThan(a, b)); // then by name
}

TEST(MeshConfig, Fields_overrideDefaults) {
    const auto mesh = readMeshConfig(R"(
rootNamespace: istio-config
trustDomain: td
outboundTrafficPolicy: {mode: REGISTRY_ONLY}
defaultVirtualServiceExportTo: ["."]
defaultHttpRetryPolicy: {attempts: 0}
extensionProviders: [{name: otel}, {name: opa}]
connectTimeout: 2s
pathNormalization: {normalization: MERGE_SLASHES}
)");
    ASSERT_TRUE(mesh) << mesh.error().what;
    EXPECT_EQ(mesh->rootNamespace, "istio-config");
    EXPECT_TRUE(mesh->registryOnly);
    EXPECT_EQ(mesh->defaultVirtualServiceExportTo, std::vector<std::string>{"."});
    EXPECT_EQ(mesh->defaultServiceExportTo, std::vector<std::string>{"*"});
    EXPECT_EQ(mesh->defaultHttpRetryPolicy->attempts, 0);
    EXPECT_TRUE(mesh->extensionProviders.contains("opa"));
    EXPECT_EQ(mesh->connectTimeout, std::chrono::seconds(2));
    EXPECT_EQ(mesh->pathNormalization, "MERGE_SLASHES");
    EXPECT_TRUE(readMeshConfig(""));
    EXPECT_FALSE(readMeshConfig("[1]"));
}

} // namespace meshdeck::config
