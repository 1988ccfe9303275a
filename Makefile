# Short names for developers; everything is done by the two commands in packaging/.
PYTHON = .venv/bin/python

.PHONY: run test test-full bench lint screens

run:
	sh packaging/run

test:
	sh packaging/test

# Every marker, also what is slow or needs Java (CONTRIBUTING.md names the packages).
test-full:
	sh packaging/test -m "" --hypothesis-profile=seeking

bench:
	$(PYTHON) tests/bench/run.py

lint:
	sh packaging/test --lint

screens:
	for mode in light dark; do for scale in 100 200; do \
		$(PYTHON) tests/ui/screens.py out/screens $$mode $$scale || exit 1; done; done
