/* What the boundary costs: calls of 10 ms from C beside the same within Go, in
 * turns, and the cheapest call. Minima of many short runs, in ns a call. */
#include "check.h"
#include "quietline.h"

#include <time.h>

int64_t quietline_go_measure(uint64_t ticket, float *y, float *x, uint64_t frames, int calls);

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(void)
{
	enum { CALLS = 200, ROUNDS = 300, N = 480 };
	quietline_config c = QUIETLINE_CONFIG;
	quietline s;
	float x[N], y[N];
	double t, through = 1e18, direct = 1e18, empty = 1e18;
	uint32_t seed = 1;
	int i, j;

	c.sample_rate = 48000;
	c.frame_size = N;
	if (quietline_create(&s, &c) < 0)
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		for (j = 0; j < N; j++)
			x[j] = 0.05f * noise(&seed);
		t = now();
		for (j = 0; j < CALLS; j++)
			quietline_process_f32(s, y, x, N);
		t = (now() - t) / CALLS;
		through = t < through ? t : through;
		t = quietline_go_measure((uint64_t)(uintptr_t)s, y, x, N, CALLS) / (double)CALLS;
		direct = t < direct ? t : direct;
		t = now();
		for (j = 0; j < CALLS; j++)
			quietline_latency(s);
		t = (now() - t) / CALLS;
		empty = t < empty ? t : empty;
	}
	quietline_destroy(s);
	printf("%.0f %.0f %.0f\n", through, direct, empty);
	return 0;
}
