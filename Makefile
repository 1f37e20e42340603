# Everything here needs Go and nothing else, but presence, which needs Python.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: test bench lint race fuzz presence

# The tests, without a C compiler.
test:
	CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go vet ./...
	CGO_ENABLED=0 go test ./...

# The hot loop: ns per 10 ms hop, each stage, 1 to 4096 streams; transforms
# beside gonum and go-dsp.
bench:
	go test -run '^$$' -bench . -benchmem ./spectral ./denoise ./internal/fastmath

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

# What goroutines share, under the race detector (needs a C compiler). The rest
# of denoise is one goroutine's arithmetic, which -race would run for minutes.
race:
	CGO_ENABLED=1 go test -race -run 'Setters|Torn|Observe|Settings|Chunk' ./denoise
	CGO_ENABLED=1 go test -race -run 'Independent|Clone' ./spectral
	CGO_ENABLED=1 go test -race -short ./examples/...

# A few seconds for every fuzz target.
fuzz:
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "fuzz $$pkg $$f"; \
	    go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),5s) -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

# Fits the weights of denoise/presence.go (Python 3.11, data beside the repository).
presence: bench/.venv/presence/.done
	bench/.venv/presence/bin/python bench/presence/fit.py $(DATA)

bench/.venv/presence/.done: bench/presence/requirements.txt
	python3 -m venv bench/.venv/presence
	bench/.venv/presence/bin/python -m pip install -q -r $<
	touch $@
