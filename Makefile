.DEFAULT_GOAL := help
DATA ?= ../shared/data
FUZZTIME ?= 30s
LENGTH ?= release
export CGO_ENABLED ?= 0

.PHONY: help build test race lint fuzz eval train bench pages torture vuln sbom check

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

build: ## build bin/readout
	go build -trimpath -o bin/readout ./cmd/readout

test: ## run every test
	go test ./...

race: ## run the concurrent packages under the race detector
	CGO_ENABLED=1 go test -race ./internal/pipeline/ ./internal/store/... ./internal/nlp/...

lint: ## formatting, vet, staticcheck, golangci-lint where installed
	test -z "$$(gofmt -l .)"
	go vet ./...
	@if command -v gofumpt >/dev/null; then test -z "$$(gofumpt -l .)"; else echo "gofumpt is not installed: go install mvdan.cc/gofumpt@v0.12.0"; fi
	@if command -v staticcheck >/dev/null; then staticcheck ./...; else echo "staticcheck is not installed: go install honnef.co/go/tools/cmd/staticcheck@v0.8.2"; fi
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else echo "golangci-lint is not installed"; fi

fuzz: ## run each fuzz target for FUZZTIME
	go run ./internal/torture/fuzz -for $(FUZZTIME)

eval: ## score every annotator and rewrite the golden score files
	go run ./cmd/evaluate --data $(DATA) --write internal/eval/testdata/baseline
	READOUT_DATA=$(abspath $(DATA)) go test -count=1 -run TestMeasuresAreThoseOfTheTool ./internal/eval # seeds agrees with the outside tool

train: ## rebuild models/ and lexicons/kb from the corpora, in order of dependence
	go run ./cmd/train --data $(DATA) --out models all

bench: ## the tables of docs/performance.md on many reports; a quarter of an hour
	go run ./cmd/bench --data $(DATA)

pages: ## look at every page in Chromium, then time them on 20,000 made-up reports
	go test -count=1 -timeout 20m ./internal/web
	go test -run '^$$' -bench '^BenchmarkPages$$' -benchtime 40x ./internal/web

torture: ## the long tests of docs/promises.md (hours), then its counts; LENGTH=nightly is shorter
	@# What passed is counted, whatever fails: after hours nobody asks for it again.
	@mkdir -p tmp && rm -f tmp/counts.jsonl tmp/failed
	READOUT_TORTURE=$(LENGTH) READOUT_TORTURE_COUNTS=$(abspath tmp)/counts.jsonl go test -count=1 -timeout 0 -p 1 \
		$$(grep -rlF 'torture.Counted(' --include='*_test.go' cmd internal | xargs -n1 dirname | sort -u | sed 's|^|./|') || touch tmp/failed
	go run ./internal/torture/fuzz -for $(if $(filter nightly,$(LENGTH)),1m,10m) -counts tmp/counts.jsonl || touch tmp/failed
	UPDATE_PROMISES=1 READOUT_TORTURE_COUNTS=$(abspath tmp)/counts.jsonl go test -count=1 -run TestPromisesHaveTests ./internal/torture || touch tmp/failed
	@test ! -e tmp/failed || { echo "some tests failed, see above" >&2; exit 1; }

vuln: ## known flaws of what is linked; asks vuln.go.dev
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./cmd/readout

sbom: ## what the program is made of, and the licence texts that go with it
	go run ./internal/sbom/notices -o dist-notices/THIRD_PARTY_NOTICES.txt
	go run ./cmd/readout version --sbom >dist-notices/readout.cdx.json

check: lint test race ## what CI runs, then what needs a network
	@$(MAKE) vuln || echo "vuln did not run to its end: it asks vuln.go.dev, and needs a network (docs/security.md)"
