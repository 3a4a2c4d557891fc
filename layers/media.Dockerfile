# The image of the functions that work on pictures and sound; which of them it is, the command says.
# BASE is Lambda's own image of Python, by digest (infra/stages.py).
ARG BASE
FROM ${BASE} AS packages
ARG TARGETARCH
COPY requirements-*.txt /tmp/
RUN if [ "${TARGETARCH}" = "arm64" ]; then machine=aarch64; else machine=x86_64; fi \
 && python -m pip install --no-cache-dir --no-compile --no-deps --only-binary :all: --require-hashes \
    --target /packages --requirement "/tmp/requirements-${machine}.txt" \
 && rm -rf /packages/bin \
 && python -m compileall -q -j 1 --invalidation-mode unchecked-hash -s /packages -p /var/task /packages
COPY task /task
RUN python -m compileall -q -j 1 --invalidation-mode unchecked-hash -s /task -p /var/task /task

FROM ${BASE}
COPY --from=packages /packages ${LAMBDA_TASK_ROOT}
COPY --from=packages /task ${LAMBDA_TASK_ROOT}
USER 1001
CMD ["functions.worker.handler.handle"]
