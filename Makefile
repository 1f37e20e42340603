# Everything here needs Go and nothing else; the race detector and the libopus
# backend also a C compiler, presence Python.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

PYTHON ?= python3

.PHONY: test examples headers bench lint race fuzz kernels arm64 generate generate-check presence neural peers quality quality-env quality-update vad loop call call-race chromium

# The tests: everything without a C compiler, then the libopus backend with one.
test: headers
	CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go vet ./...
	CGO_ENABLED=0 go test ./...
	@if pkg-config --exists opus opusfile 2>/dev/null; then \
	  echo "CGO_ENABLED=1 go test ./opusio/libopus"; CGO_ENABLED=1 go test ./opusio/libopus; \
	else echo "skipped: the libopus backend (no C compiler, pkg-config or headers); all else is tested"; fi

# libopus and its headers, for the libopus backend alone: Debian and Ubuntu get
# them here, for others the message says what to install.
headers:
	@pkg-config --exists opus opusfile 2>/dev/null || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "installing what the libopus backend needs: gcc pkg-config libopus-dev libopusfile-dev"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev pkg-config libopus-dev libopusfile-dev; } >/dev/null 2>&1 \
	      || echo "that failed; the libopus backend will be skipped"; \
	  else echo "for the libopus backend install libopus and opusfile with headers: libopus-dev libopusfile-dev pkg-config (Debian), opus opusfile pkg-config (Homebrew)"; fi; }

# The examples that are modules of their own. Those with pure Go dependencies run
# without cgo (media-sdk of LiveKit would want libsoxr); the other two skip what
# needs a C compiler when there is none. A module whose dependencies want a newer
# Go than this one is left out with a message.
PURE = $(addprefix examples/adapters/,mediadevices livekit gumble diago)
WITHC = examples/clib examples/adapters/malgo

examples:
	@for dir in $(PURE) $(WITHC); do \
	  case " $(PURE) " in *" $$dir "*) export CGO_ENABLED=0;; *) unset CGO_ENABLED;; esac; \
	  if ! why=$$(cd $$dir && go list . 2>&1 >/dev/null); then \
	    case $$why in *"requires go >="*) echo "skipped: $$dir: $$why"; continue;; esac; \
	    echo "$$dir: $$why"; exit 1; \
	  fi; \
	  echo "$$dir: vet, staticcheck, test"; \
	  (cd $$dir && go vet ./... && go run $(STATICCHECK) ./... && go test ./...) || exit 1; \
	done

# The hot loop: ns per 10 ms hop, each stage, 1 to 4096 streams; transforms
# beside gonum and go-dsp.
bench:
	go test -run '^$$' -bench . -benchmem ./spectral ./denoise ./internal/fastmath ./opusio

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	CGO_ENABLED=0 go vet ./...
	CGO_ENABLED=0 go run $(STATICCHECK) ./...
	@if pkg-config --exists opus opusfile 2>/dev/null; then \
	  echo "CGO_ENABLED=1 go vet ./opusio/libopus"; CGO_ENABLED=1 go vet ./opusio/libopus && CGO_ENABLED=1 go run $(STATICCHECK) ./opusio/libopus; fi

# What goroutines share, under the race detector (needs a C compiler). The rest
# of denoise is one goroutine's arithmetic, which -race would run for minutes.
race:
	CGO_ENABLED=1 go test -race -run 'Setters|Torn|Observe|Settings|Chunk' ./denoise
	CGO_ENABLED=1 go test -race -run 'Independent|Clone' ./spectral
	CGO_ENABLED=1 go test -race -short ./examples/denoise
	CGO_ENABLED=1 go test -race -run 'Race|Set|Mute|Concurrent' ./opusio

# A few seconds for every fuzz target. Counted, not timed: Go's fuzzer now and then
# takes the end of its own time for a failure ("context deadline exceeded").
fuzz:
	@for pkg in $$(CGO_ENABLED=0 go list ./...); do \
	  for f in $$(CGO_ENABLED=0 go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "fuzz $$pkg $$f"; \
	    CGO_ENABLED=0 go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),5000x) -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

# What runs where there are fewer vectors or none: without kernels, and with those
# of AVX2 alone. (make test takes the best that the machine has.)
kernels:
	CGO_ENABLED=0 go test -tags purego ./internal/simd ./internal/voicenet ./spectral ./denoise ./denoise/neural
	CGO_ENABLED=0 GODEBUG=cpu.avx512vl=off go test -count=1 ./internal/simd ./internal/voicenet ./spectral ./denoise/neural
	CGO_ENABLED=0 GODEBUG=cpu.avx512vl=off go test -count=1 -run Kernels ./denoise
	CGO_ENABLED=0 go test -tags quietline_noweights -run NoWeights ./denoise

# The kernels for arm64 on qemu, where it is or can be had: beside their twins, and
# in the transforms, the networks and the engines. cortex-a72 has no dot products.
QEMU_ARM64 = qemu-aarch64-static
arm64:
	@command -v $(QEMU_ARM64) >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "installing $(QEMU_ARM64)"; { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static; } >/dev/null 2>&1 || true; fi; }
	@if ! command -v $(QEMU_ARM64) >/dev/null 2>&1; then echo "skipped: no $(QEMU_ARM64) (Debian: qemu-user-static)"; exit 0; fi; \
	set -ex; export GOOS=linux GOARCH=arm64 CGO_ENABLED=0; \
	go vet ./...; \
	go test -count=1 -exec $(QEMU_ARM64) ./internal/simd ./internal/voicenet ./denoise/neural; \
	go test -count=1 -exec "$(QEMU_ARM64) -cpu cortex-a72" -run Matrix8 ./internal/simd; \
	go test -count=1 -exec $(QEMU_ARM64) -run 'FFT|STFT|Box|Definition|Reference|VectorsAgainstPlain' ./spectral; \
	go test -count=1 -exec $(QEMU_ARM64) -run Kernels ./denoise

# The vector kernels of internal/simd, written by its generators.
generate:
	cd internal/simd/gen && go run . -dir ..
	go run ./internal/simd/genarm

# The same once more, elsewhere: what lies here must be what the generator writes.
generate-check:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && (cd internal/simd/gen && go run . -dir "$$dir") && \
	go run ./internal/simd/genarm -dir "$$dir" && \
	for f in kernels_amd64.s kernels_amd64.go kernels_none.go kernels_arm64.s kernels_arm64.go; do \
	  cmp "internal/simd/$$f" "$$dir/$$f" || { echo "internal/simd/$$f is not what its generator writes: make generate"; exit 1; }; \
	done && echo "ok: the kernels are what their generator writes"

# Makes the weights of the neural engine (Python 3.11, data beside the repository,
# three and a half hours on two cores); goes on where it was stopped.
neural: bench/.venv/neural/.done
	bench/.venv/neural/bin/python denoise/neural/train/fit.py $(DATA) --work bench/.cache/neural

bench/.venv/neural/.done: denoise/neural/train/requirements.txt
	$(PYTHON) -m venv bench/.venv/neural && bench/.venv/neural/bin/pip install -q -r $< && touch $@

# Trains the network of internal/voicenet (Python 3.11, data beside the repository).
presence: bench/.venv/presence/.done
	bench/.venv/presence/bin/python bench/presence/fit.py $(DATA)

bench/.venv/presence/.done: bench/presence/requirements.txt
	python3 -m venv bench/.venv/presence
	bench/.venv/presence/bin/python -m pip install -q -r $<
	touch $@

# The quality laboratory: this engine and others side by side, with what they
# cost; flags in ARGS (bench/quality/README.md). What cannot be installed is left
# out with a message.
quality: quality-env peers
	go run ./bench/quality $(ARGS)

# The same for voice activity (bench/vad/README.md).
vad: quality-env peers
	go run ./bench/vad $(ARGS)

# The hot loop beside other people's, in one process (bench/loop/README.md).
loop: quality-env peers
	go run ./bench/loop $(ARGS)

peers:
	@$(PYTHON) bench/peers/install.py || echo "peers: installing failed; those that are there take part"

quality-env: bench/quality/requirements.txt
	@if [ -f bench/.venv/quality/.done ] && [ bench/.venv/quality/.done -nt $< ]; then exit 0; fi; \
	if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "no Python 3.11 or newer: PESQ, DNSMOS and figures are left out"; exit 0; fi; \
	echo "installing what scores and draws, into bench/.venv/quality"; \
	$(PYTHON) -m venv bench/.venv/quality || { echo "no venv: PESQ, DNSMOS and figures are left out"; rm -rf bench/.venv/quality; exit 0; }; \
	pip="bench/.venv/quality/bin/python -m pip install -q --no-deps"; \
	if $$pip -r $< ; then touch bench/.venv/quality/.done; \
	else echo "trying without pesq, which needs a C compiler"; grep -v '^pesq' $< >bench/.venv/quality/rest.txt; \
	  $$pip -r bench/.venv/quality/rest.txt || { echo "pip failed: PESQ, DNSMOS and figures are left out"; rm -rf bench/.venv/quality; }; fi

# After a change of an engine or of the network's weights that is meant: the means
# that make test guards (go test ./bench/vad -run Golden -update has those of voice
# activity).
quality-update:
	go run ./bench/quality -check bench/quality/testdata/golden.json -update
	go run ./bench/quality -check bench/quality/testdata/golden_neural.json -update

# The group voice room (examples/call), a module of its own: participants without
# a browser, then, alone on the machine, Chromium with a fake microphone where
# there is one.
call: chromium
	cd examples/call && CGO_ENABLED=0 go vet ./... && CGO_ENABLED=0 go test -p 1 -skip Browser ./... && \
	  CGO_ENABLED=0 go test -p 1 -timeout 20m -run Browser ./...

call-race:
	cd examples/call && CGO_ENABLED=1 go test -race -short .

# Chromium for the browser tests: Debian and Ubuntu get it here.
chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "installing chromium for the browser tests"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
	      || echo "that failed; the browser tests will be skipped"; \
	  else echo "for the browser tests install chromium; they will be skipped"; fi; }
