/* filter RATE CHANNELS FRAMES: 16-bit samples from standard input to standard
 * output, FRAMES a call, then the tail. With a fourth word, "overrun", its
 * buffer is a frame too short: valgrind must say so. */
#include "check.h"
#include "quietline.h"

int main(int argc, char **argv)
{
	quietline_config c = QUIETLINE_CONFIG;
	quietline s;
	int16_t *x;
	size_t n, frames, size;
	int k;

	if (argc < 4)
		return 2;
	c.sample_rate = atoi(argv[1]);
	c.channels = atoi(argv[2]);
	frames = (size_t)atoi(argv[3]);
	size = sizeof *x * (size_t)c.channels;
	if (quietline_create(&s, &c) < 0) {
		fprintf(stderr, "%s\n", quietline_last_error());
		return 1;
	}
	if (argc > 4) {
		x = calloc(frames - 1, size);
		return x == NULL || quietline_process_s16(s, x, x, frames) < 0;
	}
	x = malloc(frames * size);
	while ((n = fread(x, size, frames, stdin)) > 0) {
		if (quietline_process_s16(s, x, x, n) < 0)
			return 1;
		fwrite(x, size, n, stdout);
	}
	while ((k = quietline_flush_s16(s, x, frames)) > 0)
		fwrite(x, size, (size_t)k, stdout);
	if (k < 0 || quietline_destroy(s) < 0)
		return 1;
	free(x);
	return 0;
}
