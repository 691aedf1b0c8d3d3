#include "server/worker/sample_check.h"

#include "common/conditions/sample_terms.h"
#include "common/protocol/message.h"
#include "server/encryption/encrypted_file.h"
#include "server/encryption/key_ring.h"
#include "server/synth/archive/archive.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/sampling/sample_plan.h"

namespace ctgan::server::worker {

using protocol::text_field;

nlohmann::json check_sample(const nlohmann::json& request) {
  const std::string key_file = request.value("key_file", "");
  const auto keys = key_file.empty() ? encryption::KeyRing()
                                     : encryption::KeyRing::read(key_file, text_field(request, "root"));
  const encryption::StoredFile stored = encryption::open_stored(text_field(request, "path"), &keys);
  const synth::archive::Archive archive =
      synth::archive::read(*stored.content(), text_field(request, "model"));
  const auto model = synth::catalog::load(archive);
  const synth::sampling::SamplePlan plan = synth::sampling::plan_sample(
      conditions::terms_from_json(request), protocol::count_field(request, "rows"), *model,
      synth::sampling::KeptCombinations(archive));
  return {{"understood", plan.understood}};
}

}  // namespace ctgan::server::worker
