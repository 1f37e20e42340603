/* Loops over whole buffers for the peers' C interfaces.
 *
 * The driver hands over the addresses of the peer's functions; the processor time that is reported covers the peer's
 * calls and the loop alone: no file, no conversion of samples, no interpreter. */
#include <stdint.h>
#include <time.h>

static int64_t thread_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* RNNoise 0.1 and 0.2: float samples of +-32768, 480 a frame; returns the speech probability. */
typedef float (*rnnoise_fn)(void *st, float *out, const float *in);
int64_t loop_rnnoise(rnnoise_fn process, void *st, const float *in, float *out, float *prob, long frames) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) prob[i] = process(st, out + 480 * i, in + 480 * i);
  return thread_ns() - t;
}

/* DeepFilterNet's C interface: float +-1; returns the local SNR in dB. */
typedef float (*df_fn)(void *st, float *in, float *out);
int64_t loop_df(df_fn process, void *st, float *in, float *out, float *lsnr, long frames, long hop) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) lsnr[i] = process(st, in + hop * i, out + hop * i);
  return thread_ns() - t;
}

/* SpeexDSP: 16-bit samples, in place.  The probability (percent, control 45) is read in the same loop. */
typedef int (*speex_run_fn)(void *st, int16_t *x);
typedef int (*speex_ctl_fn)(void *st, int request, void *value);
int64_t loop_speex(speex_run_fn run, speex_ctl_fn ctl, void *st, int16_t *x, float *prob, long frames, long hop) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) {
    int32_t percent = 0;
    run(st, x + hop * i);
    ctl(st, 45, &percent);
    prob[i] = percent * 0.01f;
  }
  return thread_ns() - t;
}

/* WebRTC noise suppression through webrtc_ns.cc: float +-1. */
typedef void (*wns_fn)(void *st, const float *in, float *out);
int64_t loop_wns(wns_fn process, void *st, const float *in, float *out, long frames, long hop) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) process(st, in + hop * i, out + hop * i);
  return thread_ns() - t;
}

/* WebRTC voice activity (libfvad): one aggressiveness per instance; adds its decision to votes. */
typedef int (*fvad_fn)(void *st, const int16_t *x, unsigned long n);
int64_t loop_fvad(fvad_fn process, void *st, const int16_t *x, float *votes, long frames, long hop) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) votes[i] += process(st, x + hop * i, (unsigned long)hop) == 1;
  return thread_ns() - t;
}

/* TEN VAD. */
typedef int (*ten_fn)(void *st, const int16_t *x, unsigned long n, float *prob, int32_t *flag);
int64_t loop_ten(ten_fn process, void *st, const int16_t *x, float *prob, long frames, long hop) {
  int64_t t = thread_ns();
  for (long i = 0; i < frames; i++) {
    int32_t flag;
    process(st, x + hop * i, (unsigned long)hop, prob + i, &flag);
  }
  return thread_ns() - t;
}
