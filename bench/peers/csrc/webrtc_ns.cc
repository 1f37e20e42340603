// A C interface to WebRTC's noise suppressor (the 2020 rewrite) alone: no high-pass filter, gain control or echo
// canceller.  It does what the audio processing module does for this stage: split into bands of 16 kHz, analyse,
// process, merge.
#include "modules/audio_processing/audio_buffer.h"
#include "modules/audio_processing/ns/noise_suppressor.h"

#include <string>

namespace {
struct Wns {
  Wns(webrtc::NsConfig::SuppressionLevel level, int rate)
      : stream(rate, 1), buffer(rate, 1, rate, 1, rate, 1), split(rate > 16000) {
    webrtc::NsConfig config;
    config.target_level = level;
    ns = std::make_unique<webrtc::NoiseSuppressor>(config, rate, 1);
  }
  webrtc::StreamConfig stream;
  webrtc::AudioBuffer buffer;
  bool split;
  std::unique_ptr<webrtc::NoiseSuppressor> ns;
};
}  // namespace

extern "C" {

// level: 0 low (6 dB), 1 moderate (12 dB), 2 high (18 dB), 3 very high (21 dB); rate: 16000, 32000 or 48000.
// Returns null for anything else.
__attribute__((visibility("default"))) void* wns_create(int rate, int level) {
  if (level < 0 || level > 3 || (rate != 16000 && rate != 32000 && rate != 48000)) return nullptr;
  return new Wns(static_cast<webrtc::NsConfig::SuppressionLevel>(level), rate);
}

// One frame of 10 ms (rate/100 samples) of float +-1.
__attribute__((visibility("default"))) void wns_process(void* p, const float* in, float* out) {
  Wns* w = static_cast<Wns*>(p);
  w->buffer.CopyFrom(&in, w->stream);
  if (w->split) w->buffer.SplitIntoFrequencyBands();
  w->ns->Analyze(w->buffer);
  w->ns->Process(&w->buffer);
  if (w->split) w->buffer.MergeFrequencyBands();
  w->buffer.CopyTo(w->stream, &out);
}

__attribute__((visibility("default"))) void wns_destroy(void* p) { delete static_cast<Wns*>(p); }

}  // extern "C"
