/* RNNoise's entry points. A DenoiseState is in the caller's memory and holds
 * the ticket of a stream. */
#define QUIETLINE_BUILD
#include "_cgo_export.h"
#include "rnnoise.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME = 480 };

struct DenoiseState {
	uint64_t ticket;
	uint64_t reserved[7];
};

/* All models are this one. */
struct RNNModel {
	int ignored;
};
static RNNModel ignored;

int rnnoise_get_size(void) { return (int)sizeof(DenoiseState); }

int rnnoise_get_frame_size(void) { return FRAME; }

int rnnoise_init(DenoiseState *st, RNNModel *model)
{
	uint64_t ticket = 0;

	(void)model;
	if (st == NULL)
		return -1;
	memset(st, 0, sizeof *st);
	if (quietline_go_rnn_init((uintptr_t)st, &ticket) < 0)
		return -1;
	st->ticket = ticket;
	return 0;
}

DenoiseState *rnnoise_create(RNNModel *model)
{
	DenoiseState *st = malloc(sizeof *st);

	if (st != NULL && rnnoise_init(st, model) < 0) {
		free(st);
		return NULL;
	}
	return st;
}

void rnnoise_destroy(DenoiseState *st)
{
	/* Known by its address, so that one that was destroyed before is left
	 * alone. */
	if (st != NULL && quietline_go_rnn_destroy((uintptr_t)st) == 1)
		free(st);
}

float rnnoise_process_frame(DenoiseState *st, float *out, const float *in)
{
	float p;

	if (out == NULL || in == NULL)
		return 0;
	p = st == NULL ? -1 : quietline_go_rnn_process(st->ticket, out, (float *)in);
	if (p >= 0)
		return p;
	if (out != in)
		memmove(out, in, FRAME * sizeof *out);
	return 0;
}

RNNModel *rnnoise_model_from_buffer(const void *ptr, int len) { return ptr != NULL && len > 0 ? &ignored : NULL; }

RNNModel *rnnoise_model_from_file(FILE *f) { return f != NULL ? &ignored : NULL; }

RNNModel *rnnoise_model_from_filename(const char *filename)
{
	FILE *f = filename != NULL ? fopen(filename, "rb") : NULL;

	if (f == NULL)
		return NULL;
	fclose(f);
	return &ignored;
}

void rnnoise_model_free(RNNModel *model) { (void)model; }
