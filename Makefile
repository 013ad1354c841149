# make help lists what there is. Targets are in *.mk files beside what they are
# about.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash

include $(wildcard */*.mk)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

.PHONY: check
check: ## what has to hold before a change is taken (as root on Debian)
	.ci/run

.PHONY: test
test: ## the tests: no network, no privileges
	go test ./...

.PHONY: generate
generate: ## write docs, alerts, dashboards and the chart's schema anew from the code
	go generate ./...

BASE ?= HEAD~1

.PHONY: hostile
hostile: ## run the exporter against the catalogue of hostile servers
	LYNC_HOSTILE_SERVERS=1 go test -count=1 -v ./test/hostile

.PHONY: bench
bench: ## compare what a scrape and its text cost with revision BASE
	go run ./test/bench -base '$(BASE)' -bench 'Survey/domains=1000/.*/delay=20ms|Judges|Exposition' ./collector/survey ./collector/expose

FUZZTIME ?= 30s
FUZZJOBS ?= 2
FUZZED = $(shell grep -rlE --include='*_test.go' '^func Fuzz' . )

.PHONY: fuzz
fuzz: ## feed every parser of remote text with noise, FUZZTIME each, FUZZJOBS at a time
	@for file in $(FUZZED); do sed -nE "s|^func (Fuzz[A-Za-z]+).*|\1 ./$$(dirname $$file)|p" $$file; done | \
		xargs -P '$(FUZZJOBS)' -n 2 sh -c 'out=$$(go test -run "^$$" -fuzz "^$$0$$" -fuzztime "$(FUZZTIME)" -parallel 1 "$$1" 2>&1) && \
			echo "$$0: $$(echo "$$out" | grep "^fuzz: elapsed" | tail -n 1)" || { echo "$$out"; exit 1; }'
