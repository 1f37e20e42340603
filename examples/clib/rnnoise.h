/* rnnoise.h: RNNoise's entry points, kept by libquietline, so that a program
 * that was written for RNNoise (0.1 or 0.2) can be linked to it as it is. Nothing
 * of RNNoise is in here.
 *
 * Samples are floats in ±32768, mono, 48 kHz, 480 a frame. As with RNNoise, a
 * state belongs to one thread at a time and a pointer that is no state is not
 * caught, other than NULL; quietline.h has a safer interface with every rate,
 * strengths and statistics.
 */
#ifndef RNNOISE_H
#define RNNOISE_H 1

#include <stdio.h>

#ifndef RNNOISE_EXPORT
#if defined(_WIN32) && defined(QUIETLINE_BUILD)
#define RNNOISE_EXPORT __declspec(dllexport)
#else
#define RNNOISE_EXPORT
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DenoiseState DenoiseState;
typedef struct RNNModel RNNModel;

/* The bytes of a DenoiseState, for callers who bring their own memory. */
RNNOISE_EXPORT int rnnoise_get_size(void);

/* The samples of a frame: 480. */
RNNOISE_EXPORT int rnnoise_get_frame_size(void);

/* Makes a state in memory of rnnoise_get_size() bytes, aligned for a pointer.
 * 0 on success, −1 if st is NULL or there is no room. The memory holds a ticket;
 * the stream itself, some 100 KB, lies in the library. It is used again when
 * the same address is initialised again, and given back by rnnoise_destroy. A
 * caller who frees or leaves the memory without either (with RNNoise there was
 * nothing more to do) leaves the stream behind until the process ends. */
RNNOISE_EXPORT int rnnoise_init(DenoiseState *st, RNNModel *model);

/* A new state, NULL if there is no memory. The model is ignored. */
RNNOISE_EXPORT DenoiseState *rnnoise_create(RNNModel *model);

/* Ends a state and frees its memory with free(), as RNNoise does: only for
 * states from rnnoise_create, or made by rnnoise_init in memory from malloc. */
RNNOISE_EXPORT void rnnoise_destroy(DenoiseState *st);

/* Cleans a frame, delayed by 480 samples, as RNNoise 0.1 does; out may be in.
 * Returns the probability of speech, 0 to 1. The output lies in −32768 to 32767,
 * so that a caller may cast it to 16 bits. Of a NULL state the sound passes
 * unchanged and the probability is 0. */
RNNOISE_EXPORT float rnnoise_process_frame(DenoiseState *st, float *out, const float *in);

/* Models are accepted, so that callers go on, and ignored: there is nothing here
 * that could run them. NULL for what cannot be a model: no buffer, no file, a
 * file that cannot be opened. The file is not read. */
RNNOISE_EXPORT RNNModel *rnnoise_model_from_buffer(const void *ptr, int len);
RNNOISE_EXPORT RNNModel *rnnoise_model_from_file(FILE *f);
RNNOISE_EXPORT RNNModel *rnnoise_model_from_filename(const char *filename);
RNNOISE_EXPORT void rnnoise_model_free(RNNModel *model);

#ifdef __cplusplus
}
#endif

#endif
