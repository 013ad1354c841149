# make help lists what there is. Targets are in *.mk files beside what they are
# about.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash

include $(wildcard */*.mk)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20
