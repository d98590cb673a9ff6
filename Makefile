# make            what there is
# make launch     everything from nothing to five stacks
# make test       everything that must hold

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
ENV ?= prod

# Two environments: Sceptre pins a jsonschema that local AWS and cfn-lint cannot use.
SCEPTRE := .venv/sceptre/bin
TOOLS := .venv/tools/bin
STATE := .local-aws

export PYTHONDONTWRITEBYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

WHEEL_SOURCES := pyproject.toml Cargo.toml Cargo.lock $(shell find src sceptre/hooks -name '*.rs' -o -name '*.py')
TEMPLATES = $(shell find sceptre/templates -name '*.yaml' | sort)
STEP = @printf '== %s\n'

.PHONY: help
help: ## show this list
	@printf 'make launch [ENV=dev] [REAL_AWS=1], make test, make clean. All targets:\n\n'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

.PHONY: setup
setup: .venv/sceptre/.sesame .venv/tools/.packages ## make both Python environments below .venv/ and build sesame

# Each environment is made anew when its lock changes.
.venv/%/.packages: requirements/%.txt
	$(STEP) 'setup: $(@D)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo '$(PYTHON) is older than 3.10: make PYTHON=python3.12 …' >&2; exit 1; }
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/pip install --quiet --requirement $<
	@touch $@

# The wheel is built in this folder, so cargo builds only what has changed in target/.
.venv/sceptre/.sesame: .venv/sceptre/.packages $(WHEEL_SOURCES)
	$(STEP) 'setup: sesame (cargo build --release, a few minutes the first time)'
	@command -v cargo >/dev/null || { echo 'cargo is missing: install Rust, see https://rustup.rs' >&2; exit 1; }
	@PATH="$(CURDIR)/$(SCEPTRE):$$PATH" $(SCEPTRE)/pip install --quiet --no-deps --no-build-isolation --force-reinstall .
	@touch $@

.PHONY: launch
launch: setup ## launch ENV (prod, or dev) on local AWS; REAL_AWS=1: into the account of your AWS credentials
ifeq ($(REAL_AWS),1)
	@$(SCEPTRE)/python scripts/launch.py $(ENV) --real-aws
else
	$(STEP) 'local AWS'
	@endpoint=$$($(TOOLS)/python -m local_aws start --state-dir $(STATE)); \
	echo "$$endpoint"; \
	$(SCEPTRE)/python scripts/launch.py $(ENV) --endpoint "$$endpoint"
endif

.PHONY: stop
stop: ## stop local AWS; what was launched there is gone
	@$(PYTHON) -m local_aws stop --state-dir $(STATE)

.PHONY: test
test: setup ## formatting, lints, all tests, the rendered templates, a launch of prod and dev on local AWS
	$(STEP) 'cargo fmt'
	@cargo fmt --check
	$(STEP) 'cargo clippy'
	@cargo clippy --quiet --locked --all-targets -- -D warnings
	$(STEP) 'cargo test'
	@cargo test --quiet --locked
	$(STEP) 'fuzzing'
	@if command -v c++ >/dev/null; then $(MAKE) fuzz FUZZ_SECONDS=5; else echo 'left out: no C++ compiler (c++)'; fi
	$(STEP) 'pytest: functions, platform, pages, local AWS, the benchmark'
	@$(TOOLS)/python -m pytest tests/functions tests/platform tests/mutation tests/docs tests/bench local_aws
	$(STEP) 'mutation: a sample of single mistakes in the templates'
	@$(MAKE) mutate MUTATE='--sample 200'
	$(STEP) 'pytest: odd days'
	@$(MAKE) test-days
	$(STEP) 'pytest: the Sceptre plugin'
	@$(SCEPTRE)/python -m pytest tests/plugin
	$(STEP) 'sesame render --check'
	@$(SCEPTRE)/sesame render --check
	$(STEP) 'sesame validate'
	@$(SCEPTRE)/sesame validate
	$(STEP) 'cfn-lint'
	@$(TOOLS)/cfn-lint --regions ap-northeast-1 --template $(TEMPLATES)
	$(STEP) 'pytest: launch of prod and dev'
	@$(TOOLS)/python -m pytest tests/end_to_end
	$(STEP) 'all passed'

# libfaketime is compiled where it is needed; a machine that cannot do so says that the days were left out.
.PHONY: test-days
test-days: setup ## the tests that know dates, on a 29 February, at the end of a year (Tokyo's, UTC's) and in three years
	@if $(MAKE) .venv/days/.packages; then .venv/days/bin/python -m tests.days; \
	else echo 'left out: libfaketime cannot be built here (it needs make and a C compiler)'; fi

.PHONY: mutate
mutate: setup ## make single mistakes in the rendered templates, and list those that no test sees (some minutes)
	@$(TOOLS)/python -m tests.mutation $(MUTATE)

LIVES ?= 100

.PHONY: simulate
simulate: setup ## LIVES random lives of a domain with its DKIM rotation: figures, and what must never happen (seconds each)
	@$(TOOLS)/python -m tests.functions.dkim_rotation.simulate $(LIVES)

.PHONY: bench
bench: setup ## measure sesame beside Sceptre and cfn-lint, and write docs/benchmarks.md (some minutes)
	@$(TOOLS)/python -m tests.bench $(BENCH)

# libFuzzer finds out with these what an input reaches; they are flags of stable Rust.
FUZZ_FLAGS := --cfg fuzzing -Cpasses=sancov-module $(addprefix -Cllvm-args=-sanitizer-coverage-,level=4 \
	inline-8bit-counters pc-table trace-compares)
FUZZ_TARGETS := config template render yaml
FUZZ_SECONDS ?= 600
FUZZ_HOST = $(shell rustc --version --verbose | sed -n 's/^host: //p')

.PHONY: fuzz
fuzz: ## feed random files to the readers of configs, templates and Jinja (FUZZ_SECONDS for each; needs a C++ compiler)
	@RUSTFLAGS='$(FUZZ_FLAGS)' cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml \
	    --target $(FUZZ_HOST) --target-dir target/fuzz
	@for target in $(FUZZ_TARGETS); do \
	    mkdir -p target/fuzz/corpus/$$target; \
	    target/fuzz/$(FUZZ_HOST)/release/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 \
	        -rss_limit_mb=2048 -artifact_prefix=fuzz/found-$$target- \
	        target/fuzz/corpus/$$target fuzz/seeds/$$target 2> target/fuzz/$$target.log \
	        || { tail -n 40 target/fuzz/$$target.log >&2; exit 1; }; \
	    grep '^Done' target/fuzz/$$target.log | sed "s/^/$$target: /"; \
	done

.PHONY: aws-data
aws-data: setup ## make the table of CloudFormation's resource types (src/aws/) from the schemas that cfn-lint ships
	@$(TOOLS)/python -m scripts.aws_data.resource_types

.PHONY: render
render: setup ## write sceptre/templates from templates/
	@$(SCEPTRE)/sesame render

.PHONY: fmt
fmt: ## format the Rust sources
	@cargo fmt

.PHONY: clean
clean: stop ## stop local AWS and remove what make has made (not backups/)
	@rm -rf .venv target .launch $(STATE)
	@find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
