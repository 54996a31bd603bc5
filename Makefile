# `make help` lists the targets.

GO       ?= go
BENCH    ?= .
FUZZTIME ?= 10s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS   = -s -w -X github.com/aiperf-go/aiperf/bench/cli.version=$(VERSION)
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

# The linter's version stands once, in the first line of its configuration.
LINT_VERSION := $(shell sed -n '1s/.*golangci-lint v\([0-9.]*\).*/\1/p' .golangci.yml)
GOLANGCI     := $(shell $(GO) env GOPATH)/bin/golangci-lint

export CGO_ENABLED = 0

.DEFAULT_GOAL := help
.PHONY: help build test bench lint fuzz parity generate dist

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the static binary ./aiperf
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o aiperf .

test: ## run every test with the race detector, as CI does
	CGO_ENABLED=1 $(GO) test -race ./...

bench: ## run the benchmarks; BENCH=regexp picks some
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

lint: ## run golangci-lint at its pinned version, installing it when it is another
	@$(GOLANGCI) version 2>/dev/null | grep -qF 'has version $(LINT_VERSION) ' || \
	  $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(LINT_VERSION)
	$(GOLANGCI) run ./...
	@! grep -rl --include='*_test.go' 'time\.Sleep' . | xargs -r grep -L synctest | grep . || { echo 'these tests sleep outside testing/synctest'; exit 1; }

fuzz: ## fuzz every parser for FUZZTIME each
	@for p in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$p/*_test.go | cut -d' ' -f2); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
	  done; \
	done

parity: ## compare with AIPerf 0.13.0, request by request and file by file (needs Python and the network)
	testdata/parity/run.sh

generate: ## rewrite the reference pages in docs/ from the tables
	$(GO) test ./bench/config ./bench/config/env ./metrics -run '^TestDocs$$' -update

dist: ## build dist/ for six platforms, with checksums
	rm -rf dist && mkdir dist
	@for p in $(PLATFORMS); do \
	  os=$${p%/*}; arch=$${p#*/}; out=dist/aiperf-$$os-$$arch; [ $$os = windows ] && out=$$out.exe; \
	  echo $$out; GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $$out . || exit 1; \
	done
	cd dist && sha256sum aiperf-* > SHA256SUMS
