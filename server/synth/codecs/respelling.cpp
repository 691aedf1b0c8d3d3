#include "server/synth/codecs/respelling.h"

#include <utility>

namespace ctgan::synth::codecs {

RespellingCodec::RespellingCodec(table::ColumnMetadata metadata, std::unique_ptr<const Respelling> respelling,
                                 std::unique_ptr<const ColumnCodec> plain)
    : metadata_(std::move(metadata)), respelling_(std::move(respelling)), plain_(std::move(plain)) {}

ColumnValues RespellingCodec::encode(const table::Column& column, const FitPlace& place) const {
  return plain_->encode(respelling_->plain(column), place);
}

table::Column RespellingCodec::decode(const ColumnValues& values, const SampledRows& rows) const {
  return respelling_->respelt(plain_->decode(values, rows), rows);
}

ColumnRecord RespellingCodec::record() const {
  ColumnRecord record = plain_->record();
  respelling_->add_to(record);
  return record;
}

}  // namespace ctgan::synth::codecs
