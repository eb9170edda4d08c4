# What people type. Every target works on a fresh clone with Node 20 or later, npm and make: the Node that runs
# the program is one of the packages. `make` alone lists the targets.

COMPOSE_FILE_DEV := docker-compose-dev.yaml
# docker compose, for what is there of this folder's project.
PROJECT := sh docker/there.sh

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# nohup has the hang-up ignored, which Node takes back.
export QUINIELA_NOHUP := $(shell sh -c 'kill -HUP $$$$' 2>/dev/null && echo yes)
NODE := node_modules/.bin/node
QUINIELA := $(NODE) src/main.ts
# Like the images, a process holds only the rights that it needs.
RESTRICTED = $(NODE) --permission --allow-fs-read=$(call text,CURDIR)/ --disable-warning=ExperimentalWarning

# A variable's text for the shell, exactly as the user gave it; the same or something else where it is not given;
# and as an option where it is given.
quoted = '$(subst ','\'',$1)'
text = $(call quoted,$(value $1))
given = $(if $(value $1),$(call text,$1),$2)
option = $(if $(value $2),$1 $(call text,$2))
# An option without a value, unless the variable is empty or says no.
flag = $(if $(filter-out 0 no No NO false False FALSE off Off OFF,$(value $2)),$1)

# A variable that is misspelt would be passed on to nobody: what each target takes stands in its line below.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(findstring command,$(origin $(name))),$(name)))
MISSPELT := $(if $(strip $(GIVEN)),$(shell /bin/sh tools/misspelt.sh $(firstword $(MAKEFILE_LIST)) '$(or $(MAKECMDGOALS),help)' $(sort $(GIVEN)) 2>/dev/null))
$(if $(MISSPELT),$(error $(MISSPELT)))
# Of several words make would run those that it knows, and only then say that it does not know one; of one, not what there is.
# Who adds targets, with --eval or a Makefile around this one, knows them.
ADDED := $(findstring --eval,$(MAKEFLAGS))$(word 2,$(MAKEFILE_LIST))
WORDS := $(if $(ADDED),,$(shell /bin/sh tools/no-target.sh $(firstword $(MAKEFILE_LIST)) $(foreach word,$(MAKECMDGOALS),$(call quoted,$(word))) 2>/dev/null))
$(if $(WORDS),$(error $(WORDS)))

##@ Without Docker

.PHONY: demo
demo: node_modules ## The whole system as processes on this machine [AGENCIES=5 BETS=10000 SERVERS=1 NATS_URL=url FLEET=yes|no DATA=folder TLS=1 ALL=1 JSON=1 INSPECT=1 LAB=1 INSPECT_CONTROL=1 OPEN=no]
	@$(QUINIELA) demo $(call option,--agencies,AGENCIES) $(call option,--bets,BETS) $(call option,--servers,SERVERS) $(call option,--fleet,FLEET) \
	  $(call option,--data,DATA) $(call flag,--tls,TLS) $(call flag,--all,ALL) $(call flag,--json,JSON) $(call flag,--inspect,INSPECT) $(call flag,--lab,LAB) \
	  $(if $(filter 0 no No NO false False FALSE off Off OFF,$(value OPEN)),--no-open)

.PHONY: data
data: node_modules ## Make agencies' files in .data [AGENCIES=5 BETS=10000 SEED=1 DATA=folder MISSING=1]
	@[ -e $(call given,DATA,.data) ] || mkdir -p -- $(call given,DATA,.data)
	@$(RESTRICTED) --allow-fs-read=$(call given,DATA,.data) --allow-fs-write=$(call given,DATA,.data) \
	  src/main.ts data $(call option,--agencies,AGENCIES) $(call option,--bets,BETS) $(call option,--seed,SEED) \
	  --out $(call given,DATA,.data) $(call flag,--missing,MISSING)

.PHONY: data-check
data-check: node_modules ## Say how the agencies' files are understood, and which of their rows are no bets [DATA=folder]
	@$(RESTRICTED) --allow-fs-read=$(call given,DATA,.data) src/main.ts check-data -- $(call given,DATA,.data)

.PHONY: certs
certs: node_modules ## Make a development CA and certificates of a server and agencies in .data/certs [AGENCIES=5|0-4 OUT=folder]
	@[ -e $(call given,OUT,.data/certs) ] || mkdir -p -- $(call given,OUT,.data/certs)
	@$(RESTRICTED) --allow-fs-read=$(call given,OUT,.data/certs) --allow-fs-write=$(call given,OUT,.data/certs) \
	  src/main.ts certs $(call option,--agencies,AGENCIES) --out $(call given,OUT,.data/certs)

# Also what is not there: to be refused in our words, not in Node's.
IN_DIR = --allow-fs-read=$(call given,DIR,.data/draw) --allow-fs-read=$(call given,DIR,.data/draw)/'*'

.PHONY: verify
verify: node_modules ## Check a draw's folder without a server [DIR=.data/draw HEAD=hash RECEIPT=file CA=file]
	@$(RESTRICTED) $(IN_DIR) $(if $(value RECEIPT),--allow-fs-read=$(call text,RECEIPT)) \
	  $(if $(value CA),--allow-fs-read=$(call text,CA)) \
	  src/main.ts verify $(call option,--head,HEAD) $(call option,--receipt,RECEIPT) $(call option,--ca,CA) -- $(call given,DIR,.data/draw)

# Both need the folder to themselves: no server runs in it.
IN_FOLDER = $(RESTRICTED) --allow-net $(IN_DIR) --allow-fs-write=$(call given,DIR,.data/draw)

.PHONY: recover
recover: node_modules ## Say what can be kept of a damaged draw's folder; FORCE=1 does it [DIR=.data/draw]
	@$(IN_FOLDER) src/main.ts recover $(call flag,--force,FORCE) -- $(call given,DIR,.data/draw)

.PHONY: reset
reset: node_modules ## Take out one agency's bets before the draw: it begins anew [AGENCY=1 DIR=.data/draw FORCE=1]
	@$(IN_FOLDER) src/main.ts reset $(call option,--agency,AGENCY) $(call flag,--force,FORCE) -- $(call given,DIR,.data/draw)

##@ With Docker

.PHONY: up
up: docker-ready node_modules ## Build and start the server and its agencies [AGENCIES=5 BETS=10000 SEED=1 MODE=lottery|batches|bet|echo FLEET=yes|no DATA=folder TLS=1 INSPECT=1 MONITORING=1 FORCE=1]
	@AGENCIES=$(call text,AGENCIES) BETS=$(call text,BETS) SEED=$(call text,SEED) MODE=$(call text,MODE) \
	  DATA=$(call text,DATA) FLEET=$(call text,FLEET) TLS=$(call text,TLS) INSPECT=$(call text,INSPECT) MONITORING=$(call text,MONITORING) FORCE=$(call text,FORCE) \
	  $(QUINIELA) up $(COMPOSE_FILE_DEV)

# An engine of three nodes keeps the draw.
.PHONY: cluster
cluster: docker-ready node_modules ## The same with many servers, any of which may be lost [SERVERS=3 AGENCIES=20 BETS=10000 DRAW_NAME=name SEED=1 MODE=lottery|batches|bet|echo FLEET=yes|no DATA=folder TLS=1 INSPECT=1 MONITORING=1 FORCE=1]
	@SERVERS=$(call given,SERVERS,3) AGENCIES=$(call given,AGENCIES,20) DRAW_NAME=$(call text,DRAW_NAME) BETS=$(call text,BETS) \
	  SEED=$(call text,SEED) MODE=$(call text,MODE) DATA=$(call text,DATA) FLEET=$(call text,FLEET) TLS=$(call text,TLS) \
	  INSPECT=$(call text,INSPECT) MONITORING=$(call text,MONITORING) FORCE=$(call text,FORCE) $(QUINIELA) up $(COMPOSE_FILE_DEV)

.PHONY: chaos
chaos: docker-ready node_modules ## A cluster, parts of which are killed and cut off in the middle of the upload; then every bet is counted [SERVERS=3 AGENCIES=20 BETS=20000 DRAW_NAME=name SEED=1 FLEET=yes|no DATA=folder TLS=1 INSPECT=1 MONITORING=1 FORCE=1]
	@SERVERS=$(call given,SERVERS,3) AGENCIES=$(call given,AGENCIES,20) DRAW_NAME=$(call text,DRAW_NAME) BETS=$(call given,BETS,20000) \
	  SEED=$(call text,SEED) DATA=$(call text,DATA) FLEET=$(call text,FLEET) TLS=$(call text,TLS) \
	  INSPECT=$(call text,INSPECT) MONITORING=$(call text,MONITORING) FORCE=$(call text,FORCE) $(QUINIELA) chaos $(COMPOSE_FILE_DEV)

.PHONY: logs
logs: docker-ready ## Follow the containers' logs, from the beginning
	@$(PROJECT) logs -f

.PHONY: status
status: docker-ready ## List the containers; with an inspector also every actor and its state [WATCH=1 ALL=1]
	@$(PROJECT) ps -a
	@address=$$(docker port inspector 2>/dev/null | sed -n '1s/.*-> //p'); \
	  [ -z "$$address" ] || $(QUINIELA) status --url "http://$$address" $(call flag,--watch,WATCH) $(call flag,--all,ALL)

.PHONY: restart
restart: docker-ready ## Stop gracefully and start again: after a change of docker/*.yaml
	@sh docker/ours.sh "$$(sh docker/project.sh)" restart
	@$(PROJECT) ps -q >/dev/null
	@$(PROJECT) restart -t 10 || { \
	  echo 'make restart: Compose has not done it, as it says above: `make up` starts what is there, or says what is in its way' >&2; exit 1; }

.PHONY: echo-test
echo-test: docker-ready ## Does the server echo? Asks it from a container in its network [MESSAGE=text]
	@sh validar-echo-server.sh $(call given,MESSAGE)

.PHONY: bets
bets: docker-ready ## Copy bets.csv and the journal out of the server's volume [BETS_DIR=.data/bets]
	@sh docker/ours.sh "$$(sh docker/project.sh)" bets
	@sh docker/copy-draw.sh $(call given,BETS_DIR,.data/bets)

.PHONY: down
down: docker-ready ## Stop gracefully, keep the draw's files in .data/last-draw, remove everything else
	@sh docker/down.sh

.PHONY: compose
compose: node_modules ## Only write a compose file: FILE=name CLIENTS=number [MODE=lottery|batches|bet|echo FLEET=yes|no DATA=folder]
	@[ -n $(call text,FILE) ] && [ -n $(call text,CLIENTS) ] || { \
	  echo 'make compose: $(if $(value FILE),CLIENTS,FILE) is missing: make compose FILE=name.yaml CLIENTS=number' >&2; exit 1; }
	@MODE=$(call text,MODE) DATA=$(call text,DATA) FLEET=$(call text,FLEET) $(QUINIELA) compose -- $(call text,FILE) $(call text,CLIENTS)

.PHONY: images
images: docker-ready ## Only build the images server:latest and client:latest
	@sh docker/images.sh keep
	@docker build -q -f docker/Dockerfile --target server -t server:latest .
	@docker build -q -f docker/Dockerfile --target client -t client:latest .

.PHONY: course-layout
course-layout: node_modules ## Write a git repository as the course's own tests expect it, branches ej1 to ej8: DIR=folder
	@sh docker/course-layout.sh $(call text,DIR)

##@ For its developers

# Tests start many processes: Node keeps what it has compiled. Many wait for a time-out: others run meanwhile. What they
# start says what to type by the program's own name, as it was not typed by make, and heeds a hang-up, also where make itself does not.
# A test that never ends fails, and says its name; then its file ends. The bounds are far beyond what any takes.
TESTS = env -u MAKELEVEL -u QUINIELA_NOHUP NODE_COMPILE_CACHE="$${TMPDIR:-/tmp}/quiniela-compile-cache" \
  BOUND_MINUTES=$(1) $(NODE) --test --import ./tests/support/bound.ts --test-timeout=$$(($(2) * 60000))
CORES = $$(nproc 2>/dev/null || echo 2)

.PHONY: test
test: node_modules ## The tests for every day: no Docker, no browser, a few minutes on two cores
	@$(call TESTS,20,15) --test-concurrency=$$((2 * $(CORES))) "tests/**/!(*.long|*.slow).test.ts"

.PHONY: test-slow
test-slow: node_modules ## More of that kind, *.slow.test.ts: each starts dozens of processes, or takes long to think
	@$(call TESTS,20,15) --test-concurrency=$$((2 * $(CORES))) "tests/**/*.slow.test.ts"

.PHONY: test-long
test-long: node_modules ## The others, *.long.test.ts: Docker, a browser, long random runs, known bugs, floods, the bench itself
	@$(call TESTS,60,40) --test-concurrency=$(CORES) "tests/**/*.long.test.ts"

.PHONY: test-all
test-all: ## All three; what needs Docker or a browser is skipped where there is none
	@status=0; for part in test test-slow test-long; do $(MAKE) $$part || status=$$?; done; exit $$status

.PHONY: check
check: node_modules ## Types, lint and format
	@node_modules/.bin/tsc
	@node_modules/.bin/tsc -p src/inspector/page
	@node_modules/.bin/biome check .

.PHONY: diagrams
diagrams: node_modules ## Draw the machines and list the keys: docs/statecharts.md, docs/configuration.md, docs/diagrams/*.svg
	@$(NODE) tools/diagrams.ts

.PHONY: example
example: node_modules ## Record the run that comes with the inspector's page anew: src/inspector/page/example.ndjson
	@$(NODE) tools/example.ts

.PHONY: bench
bench: node_modules ## Measure speed, memory, processor time; to .data/bench.json [ONLY=draw,start RUNS=5 SMALL=1 FULL=1]
	@$(NODE) tests/bench/bench.ts

.PHONY: bench-compare
bench-compare: node_modules ## Measure another revision and the working tree in turn: BASE=rev [ONLY=draw,start RUNS=5 SMALL=1 FULL=1]
	@$(NODE) tests/bench/compare.ts

.PHONY: bench-docs
bench-docs: node_modules ## Write the last bench's figures into docs/performance.md
	@$(NODE) tests/bench/docs.ts

.PHONY: sim
sim: node_modules ## The whole system under seeded crashes and cuts [SEEDS=1000 CLUSTER=1; SEEDS=1 SEED=n shows one]
	@$(NODE) tests/simulation/sim.ts

.PHONY: guards
guards: node_modules ## Known bugs, one by one, as in test-long: do the tests catch them? [BUG=name ONLY=simulation]
	@$(NODE) tests/guards/guards.ts $(if $(value BUG),$(call text,BUG))

.PHONY: bundle
bundle: node_modules ## The whole program as one file: dist/quiniela.mjs
	@$(NODE) tools/bundle.ts && ls -l dist/quiniela.mjs

.PHONY: clean
clean: ## Remove the packages, the bundle and the compose file; .data stays
	rm -rf node_modules dist $(COMPOSE_FILE_DEV)

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'Also, as in the course: docker-compose-up (starts the compose file as it is), docker-compose-down, docker-compose-logs, docker-image'

# The names that the course's users know. Their `up` takes the compose file as generar-compose.sh has left it. (A line that
# has make's own name for itself is run by `make -n` too.)
AGAIN = $(MAKE)
.PHONY: docker-compose-up docker-compose-down docker-compose-logs docker-image
docker-compose-up: docker-ready node_modules
	@if [ -f $(COMPOSE_FILE_DEV) ]; then $(QUINIELA) up --written $(COMPOSE_FILE_DEV); else $(AGAIN) up; fi
docker-compose-down: down
docker-compose-logs: logs
docker-image: images

.PHONY: docker-ready
docker-ready:
	@sh docker/ready.sh

# Once, and again when the packages change.
.PHONY: node_modules
node_modules: node_modules/.package-lock.json
node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null || { \
	  echo 'npm is needed to install the packages, once: it comes with Node, see https://nodejs.org/en/download' >&2; exit 1; }
	@echo 'Installing the packages, once' >&2
	@npm ci --loglevel=error --no-progress >/dev/null
	@sh tools/interpreter.sh
	@touch $@
