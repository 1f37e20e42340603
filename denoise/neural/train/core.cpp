// The training step of net.py by hand: forward, loss and gradients of some items and hops on one thread, in AVX-512.
// core.py builds and calls it. The network and the loss are those of net.py and loss.py; check.py compares all derivatives
// with PyTorch's.
#include <immintrin.h>
#include <cstdlib>
#include <cstring>
#include <cmath>
#include <vector>
#include <sys/mman.h>
#include <algorithm>

typedef __m512 V;
static inline V set1(float x) { return _mm512_set1_ps(x); }
static inline V load(const float *p) { return _mm512_loadu_ps(p); }
static inline void store(float *p, V v) { _mm512_storeu_ps(p, v); }

static inline V vexp(V x) {
    x = _mm512_min_ps(_mm512_max_ps(x, set1(-87.f)), set1(87.f));
    V t = _mm512_mul_ps(x, set1(1.44269504f));
    V n = _mm512_roundscale_ps(t, 0);
    V f = _mm512_fnmadd_ps(n, set1(0.693359375f), x);
    f = _mm512_fnmadd_ps(n, set1(-2.12194440e-4f), f);
    V p = set1(1.9875691500e-4f);
    p = _mm512_fmadd_ps(p, f, set1(1.3981999507e-3f));
    p = _mm512_fmadd_ps(p, f, set1(8.3334519073e-3f));
    p = _mm512_fmadd_ps(p, f, set1(4.1665795894e-2f));
    p = _mm512_fmadd_ps(p, f, set1(1.6666665459e-1f));
    p = _mm512_fmadd_ps(p, f, set1(5.0000001201e-1f));
    p = _mm512_fmadd_ps(_mm512_mul_ps(p, f), f, _mm512_add_ps(f, set1(1.f)));
    return _mm512_scalef_ps(p, n);
}

static inline V vlog(V x) {
    V e = _mm512_getexp_ps(x), m = _mm512_getmant_ps(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
    // getmant to [.75, 1.5): exponent one more where the mantissa was taken from [1.5, 2)
    V full = _mm512_getmant_ps(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
    e = _mm512_mask_add_ps(e, _mm512_cmp_ps_mask(full, set1(1.5f), _CMP_GE_OQ), e, set1(1.f));
    V f = _mm512_sub_ps(m, set1(1.f)), z = _mm512_mul_ps(f, f);
    V p = set1(7.0376836292e-2f);
    for (float c : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f,
                    -2.4999993993e-1f, 3.3333331174e-1f})
        p = _mm512_fmadd_ps(p, f, set1(c));
    V y = _mm512_mul_ps(_mm512_mul_ps(p, f), z);
    y = _mm512_fmadd_ps(e, set1(-2.12194440e-4f), y);
    y = _mm512_fnmadd_ps(z, set1(.5f), y);
    y = _mm512_add_ps(f, y);
    return _mm512_fmadd_ps(e, set1(0.693359375f), y);
}

static inline V sigmoid(V x) { return _mm512_div_ps(set1(1.f), _mm512_add_ps(set1(1.f), vexp(_mm512_sub_ps(_mm512_setzero_ps(), x)))); }
static inline V vtanh(V x) { return _mm512_fmsub_ps(set1(2.f), sigmoid(_mm512_add_ps(x, x)), set1(1.f)); }

// C[m][n] = I[m][n] + sum_k A[m·ars + k·acs] B[k][n]; n a multiple of 16; I may be C, rows of I may be one (ldi 0).
template <int MR, int NB>
static inline void micro(long K, const float *A, long ars, long acs, const float *B, long ldb, const float *I, long ldi, float *C, long ldc) {
    V acc[MR][NB];
#pragma GCC unroll 16
    for (int r = 0; r < MR; r++)
#pragma GCC unroll 4
        for (int j = 0; j < NB; j++) acc[r][j] = I ? load(I + r * ldi + 16 * j) : _mm512_setzero_ps();
    for (long k = 0; k < K; k++) {
        V b[NB];
#pragma GCC unroll 4
        for (int j = 0; j < NB; j++) b[j] = load(B + k * ldb + 16 * j);
#pragma GCC unroll 16
        for (int r = 0; r < MR; r++) {
            V a = set1(A[r * ars + k * acs]);
#pragma GCC unroll 4
            for (int j = 0; j < NB; j++) acc[r][j] = _mm512_fmadd_ps(a, b[j], acc[r][j]);
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < MR; r++)
#pragma GCC unroll 4
        for (int j = 0; j < NB; j++) store(C + r * ldc + 16 * j, acc[r][j]);
}

template <int MR, int NB>
static void panel(long M, long K, const float *A, long ars, long acs, const float *B, long ldb, const float *I, long ldi, float *C, long ldc) {
    long m = 0;
    for (; m + MR <= M; m += MR) micro<MR, NB>(K, A + m * ars, ars, acs, B, ldb, I ? I + m * ldi : 0, ldi, C + m * ldc, ldc);
    if constexpr (MR > 4)
        for (; m + 4 <= M; m += 4) micro<4, NB>(K, A + m * ars, ars, acs, B, ldb, I ? I + m * ldi : 0, ldi, C + m * ldc, ldc);
    for (; m < M; m++) micro<1, NB>(K, A + m * ars, ars, acs, B, ldb, I ? I + m * ldi : 0, ldi, C + m * ldc, ldc);
}

static void gemm(long M, long N, long K, const float *A, long ars, long acs, const float *B, long ldb, const float *I, long ldi, float *C, long ldc) {
    long n = 0;
    auto at = [&](long n) { return I ? I + n : (const float *)0; };
    for (; n + 64 <= N; n += 64) panel<6, 4>(M, K, A, ars, acs, B + n, ldb, at(n), ldi, C + n, ldc);
    switch (N - n) {
    case 48: panel<8, 3>(M, K, A, ars, acs, B + n, ldb, at(n), ldi, C + n, ldc); break;
    case 32: panel<12, 2>(M, K, A, ars, acs, B + n, ldb, at(n), ldi, C + n, ldc); break;
    case 16: panel<12, 1>(M, K, A, ars, acs, B + n, ldb, at(n), ldi, C + n, ldc); break;
    }
}

static inline long up16(long n) { return (n + 15) & ~15L; }

// A linear layer, its weights both ways round and its gradients.
struct Lin {
    int K = 0, N = 0, Np = 0, Kp = 0, rows = 1; // rows of bias
    const float *w = 0, *b = 0;
    float *gw = 0, *gb = 0;              // gradients as PyTorch has the weights
    std::vector<float> wt, wn, bp, dw, db; // [K][Np], [N][Kp], [rows][Np], gradients of wt and bp
    std::vector<int> order;             // of outputs: out n is row order[n] of w
    void init(int k, int n, int r) {
        K = k; N = n; rows = r; Np = up16(n); Kp = up16(k);
        wt.assign((long)K * Np, 0); wn.assign((long)N * Kp, 0); bp.assign((long)rows * Np, 0);
        dw.assign((long)K * Np, 0); db.assign((long)rows * Np, 0);
        order.resize(N);
        for (int i = 0; i < N; i++) order[i] = i;
    }
    void begin(const float *weights, const float *bias) {
        for (int n = 0; n < N; n++) {
            const float *s = weights + (long)order[n] * K;
            for (int k = 0; k < K; k++) wt[(long)k * Np + n] = s[k], wn[(long)n * Kp + k] = s[k];
        }
        if (bias)
            for (int r = 0; r < rows; r++)
                for (int n = 0; n < N; n++) bp[(long)r * Np + n] = bias[(long)r * N + order[n]];
        std::fill(dw.begin(), dw.end(), 0.f);
        std::fill(db.begin(), db.end(), 0.f);
    }
    void end(float *weights, float *bias) const {
        for (int n = 0; n < N; n++)
            for (int k = 0; k < K; k++) weights[(long)order[n] * K + k] = dw[(long)k * Np + n];
        if (bias)
            for (int r = 0; r < rows; r++)
                for (int n = 0; n < N; n++) bias[(long)r * N + order[n]] = db[(long)r * Np + n];
    }
    void forward(long M, const float *x, long ldx, float *y, long ldy) const {
        gemm(M, Np, K, x, ldx, 1, wt.data(), Np, bp.data(), rows > 1 ? Np : 0, y, ldy);
    }
    void add(long M, const float *x, long ldx, float *y, long ldy) const { gemm(M, Np, K, x, ldx, 1, wt.data(), Np, y, ldy, y, ldy); }
    // dx (+)= dy W
    void back(long M, const float *dy, long ldy, float *dx, long ldx, bool sum) const {
        gemm(M, Kp, N, dy, ldy, 1, wn.data(), Kp, sum ? dx : 0, ldx, dx, ldx);
    }
    // gradients of the weights, without biases
    void grad(long M, const float *x, long ldx, const float *dy, long ldy) { gemm(K, Np, M, x, 1, ldx, dy, ldy, dw.data(), Np, dw.data(), Np); }
    void bias(long M, const float *dy, long ldy) {
        for (long m = 0; m < M; m++) {
            float *d = db.data() + (rows > 1 ? m * Np : 0);
            for (int n = 0; n < Np; n += 16) store(d + n, _mm512_add_ps(load(d + n), load(dy + m * ldy + n)));
        }
    }
};

static float *room(long n) {
    size_t bytes = ((size_t)(n + 64) * 4 + (2 << 20) - 1) & ~((size_t)(2 << 20) - 1);
    void *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) abort();
    madvise(p, bytes, MADV_HUGEPAGE);
    return (float *)p;
}

// A GRU at P places of B items that share its weights. Rows of G: n, r, z and Wn h + b, then their derivatives: of n, r, z and of Wn h.
struct Gru {
    int H = 0, P = 0, B = 0, T = 0;
    Lin in, st;
    float *G = 0, *h = 0, *tmp = 0, *carry = 0, *h0 = 0;
    void init(int units, int inputs, int places, int items, int hops) {
        H = units; P = places; B = items; T = hops;
        in.init(inputs, 3 * H, 1);
        st.init(H, 3 * H, 1);
        for (int i = 0; i < H; i++) in.order[i] = 2 * H + i, in.order[H + i] = i, in.order[2 * H + i] = H + i; // n r z
        G = room((long)T * B * P * 4 * H); h = room((long)T * B * P * H);
        tmp = room((long)B * P * 3 * H); carry = room((long)B * P * H); h0 = room((long)B * P * H);
    }
    // x of frame f at x + f·frame, rows of ld; state [B·P][H] in and out
    void forward(const float *x, long frame, long ld, float *state) {
        long M = (long)B * P;
        memcpy(h0, state, M * H * 4);
        for (int t = 0; t < T; t++) {
            float *g = G + t * M * 4 * H, *o = h + t * M * H;
            const float *p = t ? o - M * H : h0;
            if (frame == (long)P * ld)
                in.forward(M, x + (long)t * B * frame, ld, g, 4 * H);
            else
                for (int b = 0; b < B; b++) in.forward(P, x + ((long)t * B + b) * frame, ld, g + (long)b * P * 4 * H, 4 * H);
            st.forward(M, p, H, tmp, 3 * H);
            for (long m = 0; m < M; m++) {
                float *gm = g + m * 4 * H, *u = tmp + m * 3 * H;
                for (int i = 0; i < H; i += 16) {
                    V r = sigmoid(_mm512_add_ps(load(gm + H + i), load(u + i)));
                    V z = sigmoid(_mm512_add_ps(load(gm + 2 * H + i), load(u + H + i)));
                    V hn = load(u + 2 * H + i);
                    V n = vtanh(_mm512_fmadd_ps(r, hn, load(gm + i)));
                    store(gm + i, n); store(gm + H + i, r); store(gm + 2 * H + i, z); store(gm + 3 * H + i, hn);
                    store(o + m * H + i, _mm512_fmadd_ps(z, _mm512_sub_ps(load(p + m * H + i), n), n));
                }
            }
        }
        memcpy(state, h + (long)(T - 1) * M * H, M * H * 4);
    }
    // dh of frame f at dh + f·dframe, rows of H; adds to dx
    void back(const float *x, long frame, long ld, const float *dh, long dframe, float *dx, long xframe, long ldx) {
        long M = (long)B * P;
        memset(carry, 0, M * H * 4);
        for (int t = T - 1; t >= 0; t--) {
            float *g = G + t * M * 4 * H;
            const float *p = t ? h + (t - 1) * M * H : h0;
            for (long m = 0; m < M; m++) {
                float *gm = g + m * 4 * H, *c = carry + m * H;
                const float *d0 = dh + ((long)t * B + m / P) * dframe + (m % P) * H;
                for (int i = 0; i < H; i += 16) {
                    V n = load(gm + i), r = load(gm + H + i), z = load(gm + 2 * H + i), hn = load(gm + 3 * H + i), one = set1(1.f);
                    V d = _mm512_add_ps(load(d0 + i), load(c + i));
                    V dn = _mm512_mul_ps(_mm512_mul_ps(d, _mm512_sub_ps(one, z)), _mm512_fnmadd_ps(n, n, one));
                    V dz = _mm512_mul_ps(_mm512_mul_ps(d, _mm512_sub_ps(load(p + m * H + i), n)), _mm512_mul_ps(z, _mm512_sub_ps(one, z)));
                    V dr = _mm512_mul_ps(_mm512_mul_ps(dn, hn), _mm512_mul_ps(r, _mm512_sub_ps(one, r)));
                    store(gm + i, dn); store(gm + H + i, dr); store(gm + 2 * H + i, dz); store(gm + 3 * H + i, _mm512_mul_ps(dn, r));
                    store(c + i, _mm512_mul_ps(d, z));
                }
            }
            st.back(M, g + H, 4 * H, carry, H, true);
            if (P > 1) {
                st.grad(M, p, H, g + H, 4 * H);
                for (int b = 0; b < B; b++) {
                    long f = (long)t * B + b;
                    in.grad(P, x + f * frame, ld, g + (long)b * P * 4 * H, 4 * H);
                    in.back(P, g + (long)b * P * 4 * H, 4 * H, dx + f * xframe, ldx, true);
                }
            }
            in.bias(M, g, 4 * H);
            st.bias(M, g + H, 4 * H);
        }
        if (P == 1) {
            long F = (long)T * B, block = 256;
            st.grad(B, h0, H, G + H, 4 * H);
            for (long f = 0; f < F; f += block) {
                long n = std::min(block, F - f);
                in.grad(n, x + f * frame, frame, G + f * 4 * H, 4 * H);
                in.back(n, G + f * 4 * H, 4 * H, dx + f * xframe, xframe, true);
                long s = std::max(f, (long)B);
                if (f + n > s) st.grad(f + n - s, h + (s - B) * H, H, G + s * 4 * H + H, 4 * H);
            }
        }
    }
};

enum { BINS = 160, P0 = 96, FEAT = 4, TAPS = 5 };

static inline void masked(float *d, const float *y, long n) { // d where y is above 0
    for (long i = 0; i < n; i += 16) store(d + i, _mm512_maskz_loadu_ps(_mm512_cmp_ps_mask(load(y + i), _mm512_setzero_ps(), _CMP_GT_OQ), d + i));
}
static inline void relu(float *y, long n) {
    for (long i = 0; i < n; i += 16) store(y + i, _mm512_max_ps(load(y + i), _mm512_setzero_ps()));
}
static inline void addto(float *y, const float *x, long n) {
    for (long i = 0; i < n; i += 16) store(y + i, _mm512_add_ps(load(y + i), load(x + i)));
}

static void spread96(const float *g, float *o) {
    for (int i = 0; i < 64; i++) o[i] = g[i];
    for (int i = 0; i < 32; i++) o[64 + i] = g[64 + i / 2];
    for (int i = 0; i < 64; i++) o[96 + i] = g[80 + i / 4];
}
static void gather96(const float *d, float *g) {
    for (int i = 0; i < 64; i++) g[i] = d[i];
    for (int i = 0; i < 16; i++) g[64 + i] = d[64 + 2 * i] + d[65 + 2 * i];
    for (int i = 0; i < 16; i++) g[80 + i] = d[96 + 4 * i] + d[97 + 4 * i] + d[98 + 4 * i] + d[99 + 4 * i];
}

// The network. Frame i is hop i / B of item i % B. Of every layer what it puts out is kept for the derivatives: x features with two
// places of zeros on either side; y1, y2, y3 the convolutions (a place of zeros in front of y1 and y2), m1 = y1 + its GRU; gi, go
// around the GRU over all; h and hl before and after the local one is added; q3, q2, q1 the decoder, hd the head, u the filtered
// spectra before the gain, v the logit of the voice. d…: derivatives of the loss by them. Channels are multiples of 16.
struct Core {
    int B, T, NF, c1, c2, c3, U, O, bands;
    std::vector<int> edges; // of bands: first bin, one behind the last
    Lin e1, e2, e3, gin, gout, d3u, d3s, d2u, d2s, d1u, d1s, head, vad;
    Gru g1, gg, gl; // at 48 places, over all, at 12
    float *x, *y1, *m1, *y2, *y3, *gi, *go, *h, *hl, *q3, *q2, *q1, *hd, *u, *v, *dv;
    float *dm1, *dy2, *dy3, *dgi, *dgg, *dgo, *dh, *dq3, *dq2, *dq1, *tmp;
    std::vector<double> item;
    Core(int b, int t, const int *s, int nb, const int *e) : B(b), T(t), NF(b * t), c1(s[0]), c2(s[1]), c3(s[2]), U(s[3]), O(s[4]), bands(nb), edges(e, e + 2 * nb) {
        e1.init(5 * FEAT, c1, 48); e2.init(3 * c1, c2, 24); e3.init(3 * c2, c3, 12);
        gin.init(12 * c3, U, 1); gout.init(U, 12 * c3, 1);
        d3u.init(c3, 2 * c2, 1); d3s.init(c2, c2, 1);
        d2u.init(c2, 2 * c1, 1); d2s.init(c1, c1, 1);
        d1u.init(c1, 2 * O, 1); d1s.init(3 * FEAT, O, 1);
        head.init(O, 1 + 2 * TAPS, 1); vad.init(U, 1, 1);
        g1.init(c1, c1, 48, B, T);
        gg.init(U, U, 1, B, T);
        gl.init(c3, c3, 12, B, T);
        long n = NF;
        x = room(n * 100 * FEAT); y1 = room(n * 49 * c1); m1 = room(n * 49 * c1);
        y2 = room(n * 25 * c2); y3 = room(n * 12 * c3);
        gi = room(n * U); go = room(n * 12 * c3); h = room(n * 12 * c3); hl = room(n * 12 * c3);
        q3 = room(n * 24 * c2); q2 = room(n * 48 * c1); q1 = room(n * 96 * O); hd = room(n * 96 * 16); u = room(n * 2 * BINS);
        v = room(n * 16); dv = room(n * 16);
        dm1 = room(n * 49 * c1); dy2 = room(n * 25 * c2); dy3 = room(n * 12 * c3); dgi = room(n * U); dgg = room(n * U); dgo = room(n * 12 * c3);
        dh = room(n * 12 * c3); dq3 = room(n * 24 * c2); dq2 = room(n * 48 * c1); dq1 = room(n * 96 * O);
        tmp = room(1 << 16);
        item.resize(B * 64);
    }

    struct Slot { Lin *l; bool bias; };
    std::vector<Slot> order() { // of the parameters; core.ORDER of core.py
        return {{&e1, 1}, {&e2, 1}, {&e3, 1}, {&gin, 1}, {&gg.in, 1}, {&gg.st, 1}, {&gout, 1}, {&gl.in, 1}, {&gl.st, 1}, {&g1.in, 1}, {&g1.st, 1},
                {&d3u, 1}, {&d3s, 0}, {&d2u, 1}, {&d2s, 0}, {&d1u, 1}, {&d1s, 0}, {&head, 1}, {&vad, 1}};
    }

    // f [B][stride][96][4] from hop k on; states per layer [B][P][H], moved on
    void forward(const float *params, const float *f, long stride, long k, float *sg, float *sl, float *s1) {
        const float *p = params;
        for (auto &s : order()) {
            const float *w = p;
            p += (long)s.l->K * s.l->N;
            s.l->begin(w, s.bias ? p : 0);
            if (s.bias) p += (long)s.l->rows * s.l->N;
        }
        for (long i = 0; i < NF; i++) {
            long t = i / B, b = i % B;
            float *xi = x + i * 100 * FEAT;
            memcpy(xi + 2 * FEAT, f + (b * stride + k + t) * P0 * FEAT, P0 * FEAT * 4);
            float *o1 = y1 + i * 49 * c1 + c1;
            e1.forward(48, xi, 2 * FEAT, o1, c1);
            relu(o1, 48 * c1);
        }
        g1.forward(y1 + c1, 49 * c1, c1, s1);
        for (long i = 0; i < NF; i++) {
            float *o1 = m1 + i * 49 * c1 + c1, *o2 = y2 + i * 25 * c2 + c2, *o3 = y3 + i * 12 * c3;
            memcpy(o1, y1 + i * 49 * c1 + c1, 48 * c1 * 4);
            addto(o1, g1.h + i * 48 * c1, 48 * c1);
            e2.forward(24, o1 - c1, 2 * c1, o2, c2);
            relu(o2, 24 * c2);
            e3.forward(12, o2 - c2, 2 * c2, o3, c3);
            relu(o3, 12 * c3);
        }
        long W = 12 * c3;
        gin.forward(NF, y3, W, gi, U);
        relu(gi, (long)NF * U);
        gg.forward(gi, U, U, sg);
        gout.forward(NF, gg.h, U, go, W);
        relu(go, NF * W);
        memcpy(h, y3, NF * W * 4);
        addto(h, go, NF * W);
        gl.forward(h, W, c3, sl);
        vad.forward(NF, gg.h, U, v, 16);
        for (long i = 0; i < NF; i++) {
            float *a = hl + i * W;
            memcpy(a, h + i * W, W * 4);
            addto(a, gl.h + i * W, W);
            float *o3 = q3 + i * 24 * c2, *o2 = q2 + i * 48 * c1, *o1 = q1 + i * 96 * O;
            d3u.forward(12, a, c3, o3, 2 * c2);
            d3s.add(24, y2 + i * 25 * c2 + c2, c2, o3, c2);
            relu(o3, 24 * c2);
            d2u.forward(24, o3, c2, o2, 2 * c1);
            d2s.add(48, m1 + i * 49 * c1 + c1, c1, o2, c1);
            relu(o2, 48 * c1);
            d1u.forward(48, o2, c1, o1, 2 * O);
            d1s.add(96, x + i * 100 * FEAT + FEAT, FEAT, o1, O);
            relu(o1, 96 * O);
            head.forward(96, o1, O, hd + i * 96 * 16, 16);
        }
    }
    // Spectra X, R [B][stride][2][160] (real, imaginary parts of bins 1 to 160), from hop k on. Filters, sums per item, and the
    // energies of output and target in bands [B][T][bands].
    void outputs(const float *X, const float *R, long stride, long k, float *ey, float *er) {
        std::fill(item.begin(), item.end(), 0.);
        float taps[11][96], wide[11][160];
        static const int levels[5] = {0, 20, 64, 96, 160};
        for (long i = 0; i < NF; i++) {
            long t = i / B, b = i % B, at = k + t;
            const float *o = hd + i * 96 * 16;
            for (int p = 0; p < 96; p++)
                for (int j = 0; j < 11; j++) taps[j][p] = o[p * 16 + j];
            for (int p = 0; p < 96; p += 16) store(taps[0] + p, sigmoid(load(taps[0] + p)));
            for (int j = 0; j < 11; j++) spread96(taps[j], wide[j]);
            float *ur = u + i * 2 * BINS, *ui = ur + BINS;
            memset(ur, 0, 2 * BINS * 4);
            for (int j = 0; j < TAPS; j++) {
                if (at < 1 || at - j < 0) break; // nothing comes out before the first frame is past
                const float *xr = X + (b * stride + at - j) * 2 * BINS, *xi = xr + BINS;
                const float *cr = wide[1 + j], *ci = wide[1 + TAPS + j];
                float odd = (j & 1) ? 1.f : -1.f; // (−1)^(k(j+1)): bin n + 1
                for (int n = 0; n < BINS; n++) {
                    float s = (n & 1) ? 1.f : odd;
                    ur[n] += s * (cr[n] * xr[n] - ci[n] * xi[n]);
                    ui[n] += s * (cr[n] * xi[n] + ci[n] * xr[n]);
                }
            }
            const float *rr = R + (b * stride + at - 1) * 2 * BINS, *ri = rr + BINS;
            static const float zero[2 * BINS] = {0};
            if (at < 1) rr = zero, ri = zero;
            const float *xr = X + (b * stride + at) * 2 * BINS, *qr = R + (b * stride + at) * 2 * BINS;
            double *s = &item[b * 64];
            float e[BINS], q[BINS], dots[BINS], dn[BINS];
            for (int n = 0; n < BINS; n++) {
                float yr = wide[0][n] * ur[n], yi = wide[0][n] * ui[n];
                e[n] = yr * yr + yi * yi;
                q[n] = rr[n] * rr[n] + ri[n] * ri[n];
                dots[n] = yr * rr[n] + yi * ri[n];
                float a = xr[n] - qr[n], c = xr[n + BINS] - qr[n + BINS];
                dn[n] = a * a + c * c;
            }
            for (int l = 0; l < 4; l++) {
                float a = 0, c = 0, d = 0, f = 0;
                for (int n = levels[l]; n < levels[l + 1]; n++) a += dots[n], c += q[n], d += e[n], f += dn[n];
                s[l] += a; s[4 + l] += c; s[8 + l] += d; s[12 + l] += f;
            }
            for (int j = 0; j < bands; j++) {
                float a = 0, c = 0;
                for (int n = edges[2 * j]; n < edges[2 * j + 1]; n++) a += e[n], c += q[n];
                ey[(b * T + t) * bands + j] = a; er[(b * T + t) * bands + j] = c;
            }
        }
    }

    // w: weights of cplx, mag, over, sisdr, vad, level, and of bins above 4 kHz; de: the derivative of the rest by ey; has [B],
    // act [B][stride]. terms [6] and gradients come out.
    void backward(const float *X, const float *R, long stride, long k, const float *de, const float *has, const float *act, const float *w,
                   float *terms, float *grads) {
        static const int levels[5] = {0, 20, 64, 96, 160};
        std::vector<float> A(B, 0), C(B, 0), lev(B * 4, 0);
        double sis = 0, oks = 0, level = 0;
        const double LN = 10 / std::log(10.);
        for (int b = 0; b < B; b++) {
            double *s = &item[b * 64], dot = 0, rn = 1e-3, yn = 1e-3;
            for (int l = 0; l < 4; l++) dot += s[l], rn += s[4 + l], yn += s[8 + l];
            double ok = has[b] * (rn > 30);
            oks += ok;
            double p = dot * dot / rn, q = std::max(yn - p, 0.), S = -LN * std::log((p + 1e-3) / (q + 1e-3));
            sis += ok * std::min(30., std::max(-30., S));
            if (ok > 0 && S > -30 && S < 30) {
                double dp = -LN * (1 / (p + 1e-3) + (yn > p ? 1 / (q + 1e-3) : 0));
                A[b] = dp * 2 * dot / rn;
                C[b] = yn > p ? LN / (q + 1e-3) * 2 : 0;
            }
            for (int l = 0; l < 4; l++) {
                double r2 = s[4 + l], left = s[l] / (r2 + 1e-3), st = r2 / (r2 + s[12 + l] + 1e-3);
                st = r2 > 3 ? st * st : 0;
                level += st * (1 - left) * (1 - left) / 4 / B;
                lev[b * 4 + l] = w[5] * st * -2 * (1 - left) / (r2 + 1e-3) / 4 / B;
            }
        }
        for (int b = 0; b < B; b++) A[b] *= w[3] / (oks + 1e-3), C[b] *= w[3] / (oks + 1e-3);
        double sc = 0, sm = 0, so = 0, sv = 0;
        float weight[BINS], norm = (1 + w[6]) / 2;
        for (int n = 0; n < BINS; n++) weight[n] = (n < 80 ? 1 : w[6]) / norm / ((float)NF * BINS);
        memset(dm1, 0, (long)NF * 49 * c1 * 4);
        memset(dy2, 0, (long)NF * 25 * c2 * 4);
        long W = 12 * c3;
        for (long i = 0; i < NF; i++) {
            long t = i / B, b = i % B, at = k + t;
            float *o = hd + i * 96 * 16;
            float taps[11][96], wide[11][160], dw[11][160], dt[11][96];
            for (int p = 0; p < 96; p++)
                for (int j = 0; j < 11; j++) taps[j][p] = o[p * 16 + j];
            for (int p = 0; p < 96; p += 16) store(taps[0] + p, sigmoid(load(taps[0] + p)));
            for (int j = 0; j < 11; j++) spread96(taps[j], wide[j]);
            const float *ur = u + i * 2 * BINS, *ui = ur + BINS;
            static const float zero[2 * BINS] = {0};
            const float *rr = at < 1 ? zero : R + (b * stride + at - 1) * 2 * BINS, *ri = rr + BINS;
            float extra[BINS];
            for (int n = 0; n < BINS; n++) extra[n] = C[b];
            for (int j = 0; j < bands; j++)
                for (int n = edges[2 * j]; n < edges[2 * j + 1]; n++) extra[n] += 2 * de[(b * T + t) * bands + j];
            float ar[BINS];
            for (int l = 0; l < 4; l++)
                for (int n = levels[l]; n < levels[l + 1]; n++) ar[n] = A[b] + lev[b * 4 + l];
            float dur[BINS], dui[BINS];
            V vc = _mm512_setzero_ps(), vm = vc, vo = vc;
            for (int n = 0; n < BINS; n += 16) {
                V g = load(wide[0] + n), ar_ = load(ur + n), ai_ = load(ui + n), yr = _mm512_mul_ps(g, ar_), yi = _mm512_mul_ps(g, ai_);
                V sr = load(rr + n), si = load(ri + n), small = set1(1e-6f);
                V E = _mm512_fmadd_ps(yr, yr, _mm512_fmadd_ps(yi, yi, small)), Q = _mm512_fmadd_ps(sr, sr, _mm512_fmadd_ps(si, si, small));
                V le = vlog(E), lq = vlog(Q);
                V ym = vexp(_mm512_mul_ps(le, set1(.15f))), rm = vexp(_mm512_mul_ps(lq, set1(.15f)));
                V yc = vexp(_mm512_mul_ps(le, set1(-.35f))), rc = vexp(_mm512_mul_ps(lq, set1(-.35f)));
                V inv = _mm512_div_ps(set1(1.f), E), wt = load(weight + n);
                V a = _mm512_fmsub_ps(yr, yc, _mm512_mul_ps(sr, rc)), c = _mm512_fmsub_ps(yi, yc, _mm512_mul_ps(si, rc));
                V d = _mm512_sub_ps(rm, ym), dp = _mm512_max_ps(d, _mm512_setzero_ps());
                vc = _mm512_fmadd_ps(wt, _mm512_fmadd_ps(a, a, _mm512_mul_ps(c, c)), vc);
                vm = _mm512_fmadd_ps(wt, _mm512_mul_ps(d, d), vm);
                vo = _mm512_fmadd_ps(wt, _mm512_mul_ps(dp, dp), vo);
                // dy = k1 (a, c) + k2 y + ar r
                V k1 = _mm512_mul_ps(_mm512_mul_ps(wt, set1(2 * w[0])), yc);
                V in = _mm512_fmadd_ps(a, yr, _mm512_mul_ps(c, yi));
                V k2 = _mm512_mul_ps(_mm512_mul_ps(k1, set1(-.7f)), _mm512_mul_ps(in, inv));
                V dm = _mm512_mul_ps(wt, _mm512_fmadd_ps(set1(-2 * w[1]), d, _mm512_mul_ps(set1(-2 * w[2]), dp)));
                k2 = _mm512_fmadd_ps(_mm512_mul_ps(dm, set1(.3f)), _mm512_mul_ps(ym, inv), k2);
                k2 = _mm512_add_ps(k2, load(extra + n));
                V rl = load(ar + n);
                V dyr = _mm512_fmadd_ps(k1, a, _mm512_fmadd_ps(k2, yr, _mm512_mul_ps(rl, sr)));
                V dyi = _mm512_fmadd_ps(k1, c, _mm512_fmadd_ps(k2, yi, _mm512_mul_ps(rl, si)));
                store(dw[0] + n, _mm512_fmadd_ps(dyr, ar_, _mm512_mul_ps(dyi, ai_)));
                store(dur + n, _mm512_mul_ps(g, dyr));
                store(dui + n, _mm512_mul_ps(g, dyi));
            }
            sc += _mm512_reduce_add_ps(vc); sm += _mm512_reduce_add_ps(vm); so += _mm512_reduce_add_ps(vo);
            for (int j = 0; j < TAPS; j++) {
                if (at < 1 || at - j < 0) {
                    memset(dw[1 + j], 0, sizeof dw[0]);
                    memset(dw[1 + TAPS + j], 0, sizeof dw[0]);
                    continue;
                }
                const float *xr = X + (b * stride + at - j) * 2 * BINS, *xi = xr + BINS;
                float odd = (j & 1) ? 1.f : -1.f;
                float *dr = dw[1 + j], *di = dw[1 + TAPS + j];
                for (int n = 0; n < BINS; n++) {
                    float s = (n & 1) ? 1.f : odd;
                    dr[n] = s * (dur[n] * xr[n] + dui[n] * xi[n]);
                    di[n] = s * (dui[n] * xr[n] - dur[n] * xi[n]);
                }
            }
            for (int j = 0; j < 11; j++) gather96(dw[j], dt[j]);
            for (int p = 0; p < 96; p++) dt[0][p] *= taps[0][p] * (1 - taps[0][p]);
            for (int p = 0; p < 96; p++) {
                for (int j = 0; j < 11; j++) o[p * 16 + j] = dt[j][p];
                for (int j = 11; j < 16; j++) o[p * 16 + j] = 0;
            }
            float y = at < 1 ? 0 : act[b * stride + at - 1], z = v[i * 16];
            sv += std::max(z, 0.f) - z * y + std::log1p(std::exp(-std::fabs(z)));
            memset(dv + i * 16, 0, 64);
            dv[i * 16] = w[4] * (1 / (1 + std::exp(-z)) - y) / NF;

            // decoder
            float *o3 = q3 + i * 24 * c2, *o2 = q2 + i * 48 * c1, *o1 = q1 + i * 96 * O;
            float *p3 = dq3 + i * 24 * c2, *p2 = dq2 + i * 48 * c1, *p1 = dq1 + i * 96 * O;
            head.back(96, o, 16, p1, O, false);
            head.grad(96, o1, O, o, 16);
            head.bias(96, o, 16);
            masked(p1, o1, 96 * O);
            d1u.back(48, p1, 2 * O, p2, c1, false);
            d1u.grad(48, o2, c1, p1, 2 * O);
            d1u.bias(48, p1, 2 * O);
            d1s.grad(96, x + i * 100 * FEAT + FEAT, FEAT, p1, O);
            masked(p2, o2, 48 * c1);
            d2u.back(24, p2, 2 * c1, p3, c2, false);
            d2u.grad(24, o3, c2, p2, 2 * c1);
            d2u.bias(24, p2, 2 * c1);
            d2s.grad(48, m1 + i * 49 * c1 + c1, c1, p2, c1);
            d2s.back(48, p2, c1, dm1 + i * 49 * c1 + c1, c1, false);
            masked(p3, o3, 24 * c2);
            d3u.back(12, p3, 2 * c2, dh + i * W, c3, false);
            d3u.grad(12, hl + i * W, c3, p3, 2 * c2);
            d3u.bias(12, p3, 2 * c2);
            d3s.grad(24, y2 + i * 25 * c2 + c2, c2, p3, c2);
            d3s.back(24, p3, c2, dy2 + i * 25 * c2 + c2, c2, false);
        }
        terms[0] = sc; terms[1] = sm; terms[2] = so; terms[3] = sis / (oks + 1e-3); terms[4] = sv / NF; terms[5] = level;

        memcpy(hl, dh, NF * W * 4); // of hl: of h and of gl.h
        gl.back(h, W, c3, hl, W, dh, W, c3);
        memcpy(dgo, dh, NF * W * 4);
        memcpy(dy3, dh, NF * W * 4);
        masked(dgo, go, NF * W);
        for (long f = 0; f < NF; f += 256) {
            long n = std::min(256L, NF - f);
            gout.back(n, dgo + f * W, W, dgg + f * U, U, false);
            gout.grad(n, gg.h + f * U, U, dgo + f * W, W);
            gout.bias(n, dgo + f * W, W);
            vad.back(n, dv + f * 16, 16, dgg + f * U, U, true);
            vad.grad(n, gg.h + f * U, U, dv + f * 16, 16);
            vad.bias(n, dv + f * 16, 16);
        }
        memset(dgi, 0, (long)NF * U * 4);
        gg.back(gi, U, U, dgg, U, dgi, U, U);
        masked(dgi, gi, (long)NF * U);
        for (long f = 0; f < NF; f += 256) {
            long n = std::min(256L, NF - f);
            gin.back(n, dgi + f * U, U, dy3 + f * W, W, true);
            gin.grad(n, y3 + f * W, W, dgi + f * U, U);
            gin.bias(n, dgi + f * U, U);
        }
        masked(dy3, y3, NF * W);
        for (long i = 0; i < NF; i++) {
            float *d = dy3 + i * W;
            float *p2 = dy2 + i * 25 * c2, *o2 = y2 + i * 25 * c2;
            e3.grad(12, o2, 2 * c2, d, c3);
            e3.bias(12, d, c3);
            overlapped(e3, 12, d, c3, p2, 2 * c2);
            masked(p2 + c2, o2 + c2, 24 * c2);
            e2.grad(24, m1 + i * 49 * c1, 2 * c1, p2 + c2, c2);
            e2.bias(24, p2 + c2, c2);
            overlapped(e2, 24, p2 + c2, c2, dm1 + i * 49 * c1, 2 * c1);
        }
        memcpy(m1, dm1, (long)NF * 49 * c1 * 4); // of m1: of y1 and of g1.h
        g1.back(y1 + c1, 49 * c1, c1, m1 + c1, 49 * c1, dm1 + c1, 49 * c1, c1);
        for (long i = 0; i < NF; i++) {
            float *d = dm1 + i * 49 * c1 + c1;
            masked(d, y1 + i * 49 * c1 + c1, 48 * c1);
            e1.grad(48, x + i * 100 * FEAT, 2 * FEAT, d, c1);
            e1.bias(48, d, c1);
        }
        float *p = grads;
        for (auto &s : order()) {
            float *wgt = p;
            p += (long)s.l->K * s.l->N;
            s.l->end(wgt, s.bias ? p : 0);
            if (s.bias) p += (long)s.l->rows * s.l->N;
        }
    }
    // dx of overlapping rows
    void overlapped(Lin &l, int rows, const float *dy, int n, float *dx, int step) {
        l.back(rows, dy, n, tmp, l.Kp, false);
        for (int r = 0; r < rows; r++) addto(dx + r * step, tmp + r * l.Kp, l.K);
    }
};

extern "C" {
void *core_new(int items, int hops, const int *sizes, int bands, const int *edges) { return new Core(items, hops, sizes, bands, edges); }
void core_forward(void *c, const float *params, const float *f, long stride, long k, float *sg, float *sl, float *s1) {
    ((Core *)c)->forward(params, f, stride, k, sg, sl, s1);
}
void core_outputs(void *c, const float *X, const float *R, long stride, long k, float *ey, float *er) {
    ((Core *)c)->outputs(X, R, stride, k, ey, er);
}
void core_backward(void *c, const float *X, const float *R, long stride, long k, const float *de, const float *has, const float *act,
                   const float *w, float *terms, float *grads) {
    ((Core *)c)->backward(X, R, stride, k, de, has, act, w, terms, grads);
}
// Features of items: S [2][160] per hop, gain; f [hops][96][4]; as net.features.
void core_features(const float *S, long hops, float gain, float *f) {
    std::vector<float> fl(96), re(320), last(320);
    float m = 0;
    for (long t = 0; t < hops; t++) {
        const float *s = S + t * 320;
        float p[160], ar[160], ai[160], mg[160], L[96], a[96], b[96], c[96];
        for (int n = 0; n < 320; n++) re[n] = s[n] * gain;
        for (int n = 0; n < 160; n++) {
            float x = re[n], y = re[n + 160], u = last[n], v = last[n + 160], sg = (n & 1) ? 1.f : -1.f;
            p[n] = x * x + y * y;
            ar[n] = (x * u + y * v) * sg;
            ai[n] = (y * u - x * v) * sg;
            mg[n] = std::sqrt(p[n]) * std::sqrt(u * u + v * v);
        }
        last = re;
        gather96(p, L); gather96(ar, a); gather96(ai, b); gather96(mg, c);
        float lev = 0;
        for (int j = 0; j < 96; j++) L[j] = std::min(11.f, std::log(L[j] / (j < 64 ? 1 : j < 80 ? 2 : 4) + 1e-8f));
        for (int j = 0; j < 72; j++) lev += L[j];
        lev /= 72;
        m = t ? m + .01f * (lev - m) : lev;
        for (int j = 0; j < 96; j++) {
            if (!t) fl[j] = L[j] - 2;
            float d = L[j] - fl[j];
            fl[j] += (d < 0 ? .118f : .01f) * d;
            float *o = f + (t * 96 + j) * 4, k = 1 / (c[j] + 1e-8f);
            o[0] = (L[j] - m) * .25f; o[1] = (L[j] - fl[j]) * .25f; o[2] = a[j] * k; o[3] = b[j] * k;
        }
    }
}
// interleaved complex [hops][161] to [hops][2][160]
void core_planes(const float *z, long hops, float *s) {
    for (long t = 0; t < hops; t++)
        for (int n = 0; n < 160; n++) s[t * 320 + n] = z[(t * 161 + n + 1) * 2], s[t * 320 + 160 + n] = z[(t * 161 + n + 1) * 2 + 1];
}
}
