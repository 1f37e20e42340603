/* A client of RNNoise: every entry point, as rnnoise.h has them. */
#include "check.h"
#include "rnnoise.h"

enum { N = 480 };

static int frames_a_run;

static double run(DenoiseState *st, int frames, int in_place, float *last)
{
	float *in = guarded(N * sizeof(float)), *out = in_place ? in : guarded(N * sizeof(float));
	double before = 0, after = 0;
	uint32_t seed = 5;
	float p = 0;
	int i, j;

	for (i = 0; i < frames; i++) {
		for (j = 0; j < N; j++) {
			in[j] = 1600 * noise(&seed);
			before += i < frames / 2 ? 0 : in[j] * in[j];
		}
		p = rnnoise_process_frame(st, out, in);
		CHECK(p >= 0 && p <= 1, "probability %g", p);
		for (j = 0; j < N; j++)
			after += i < frames / 2 ? 0 : out[j] * out[j];
		CHECK(intact(in, N * sizeof(float)) && intact(out, N * sizeof(float)), "wrote beside a buffer");
	}
	CHECK(p < 0.5f, "noise is speech with probability %g", p);
	if (last != NULL)
		memcpy(last, out, N * sizeof(float));
	if (out != in)
		release(out);
	release(in);
	return 10 * log10(before / (after + 1e-20));
}

int main(int argc, char **argv)
{
	DenoiseState *st;
	RNNModel *model;
	float a[N], b[N], x[N];
	double db;
	int size = rnnoise_get_size(), i;
	FILE *f;

	frames_a_run = argc > 1 ? 70 : 200; /* any word: fewer, for valgrind */
#ifndef RNNOISE_01 /* which has neither this nor other ways to load a model */
	CHECK(rnnoise_get_frame_size() == N, "frame of %d", rnnoise_get_frame_size());
#endif
	CHECK(size > 0, "size %d", size);

	st = rnnoise_create(NULL);
	CHECK(st != NULL, "no state");
	db = run(st, frames_a_run, 0, a);
	CHECK(db >= 12, "noise fell by %.1f dB, want 12", db);
	rnnoise_destroy(st);

	/* In the caller's memory, in place; once more at the same address, whatever
	 * is in it, must be a new state. */
	st = guarded(size);
	for (i = 0; i < 2; i++) {
		CHECK(rnnoise_init(st, NULL) == 0, "init failed");
		db = run(st, frames_a_run, 1, b);
		CHECK(db >= 12, "in place noise fell by %.1f dB, want 12", db);
		CHECK(memcmp(a, b, sizeof a) == 0, "in place, time %d, differs", i);
		CHECK(intact(st, size), "init wrote beside the state");
	}
	release(st); /* as clients of rnnoise_init do */

	/* Memory from malloc, given back with rnnoise_destroy. */
	st = malloc(size);
	CHECK(rnnoise_init(st, NULL) == 0, "init failed");
	CHECK(run(st, frames_a_run, 1, NULL) >= 12, "noise stayed");
	rnnoise_destroy(st);

	/* Models. */
	model = rnnoise_model_from_file(NULL);
	CHECK(model == NULL, "a model from no file");
	f = fopen(argv[0], "rb");
	if (f != NULL) {
		model = rnnoise_model_from_file(f);
		CHECK(model != NULL, "no model from a file");
		st = rnnoise_create(model);
		CHECK(st != NULL && run(st, frames_a_run, 1, NULL) >= 12, "with a model noise stayed");
		rnnoise_destroy(st);
		rnnoise_model_free(model);
		fclose(f);
	}
#ifndef RNNOISE_01
	model = rnnoise_model_from_filename(argv[0]);
	CHECK(model != NULL, "no model from a file name");
	rnnoise_model_free(model);
	CHECK(rnnoise_model_from_filename("no such file") == NULL, "a model from no such file");
	model = rnnoise_model_from_buffer("weights", 7);
	CHECK(model != NULL, "no model from a buffer");
	rnnoise_model_free(model);
#endif
	rnnoise_model_free(NULL);

	/* What must not crash. */
	rnnoise_destroy(NULL);
	CHECK(rnnoise_init(NULL, NULL) != 0, "a state in NULL");
	for (i = 0; i < N; i++)
		x[i] = (float)i;
	CHECK(rnnoise_process_frame(NULL, a, x) == 0 && memcmp(a, x, sizeof a) == 0, "no state: the sound does not pass");
	CHECK(rnnoise_process_frame(NULL, NULL, x) == 0 && rnnoise_process_frame(NULL, x, NULL) == 0, "no buffers");

	/* Far too loud must not leave ±32768: callers cast it to 16 bits. */
	st = rnnoise_create(NULL);
	for (i = 0; i < 100; i++) {
		int j;
		for (j = 0; j < N; j++)
			x[j] = (j / 60 % 2 ? 1.f : -1.f) * 60000;
		rnnoise_process_frame(st, x, x);
		for (j = 0; j < N; j++)
			CHECK(x[j] >= -32768 && x[j] <= 32767, "sample %g", x[j]);
	}
	rnnoise_destroy(st);

	if (failures)
		return 1;
	puts("client: ok");
	return 0;
}
