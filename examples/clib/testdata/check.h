/* What the test programs share: checks, noise, buffers with guards. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures __attribute__((unused));

#define CHECK(c, ...)                                                  \
	do {                                                           \
		if (!(c)) {                                            \
			failures++;                                    \
			fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
			fprintf(stderr, __VA_ARGS__);                  \
			fputc('\n', stderr);                           \
		}                                                      \
	} while (0)

/* White noise of about ±1 times level, the same for the same seed. */
static inline float noise(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (float)(int32_t)*seed / 2147483648.0f;
}

/* A buffer whose bytes before and after are watched. On the heap, exactly as
 * long as asked for, so that valgrind sees what lies beside it too. */
enum { GUARD = 64, FILL = 0xA5 };

static inline void *guarded(size_t bytes)
{
	unsigned char *p = malloc(bytes + 2 * GUARD);

	if (p == NULL)
		abort();
	memset(p, FILL, bytes + 2 * GUARD);
	return p + GUARD;
}

static inline int intact(const void *buffer, size_t bytes)
{
	const unsigned char *p = buffer;
	int i;

	for (i = 1; i <= GUARD; i++)
		if (p[-i] != FILL || p[bytes + i - 1] != FILL)
			return 0;
	return 1;
}

static inline void release(void *buffer) { free((unsigned char *)buffer - GUARD); }

#endif
