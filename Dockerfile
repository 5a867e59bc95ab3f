# One image for every process: web, worker, beat and the commands of manage.py.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home iom \
    && install --directory --owner=iom --group=iom --mode=700 /data
WORKDIR /app
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
ARG MATCHING=0
COPY requirements/matching.txt requirements/
RUN if [ "$MATCHING" = 1 ]; then pip install --no-cache-dir --require-hashes -r requirements/matching.txt; fi
COPY . .
RUN python -m iom.assets \
    && SECRET_KEY=only-while-building python manage.py collectstatic --no-input --clear --verbosity 0 \
    && rm -rf node_modules
USER iom
ENV DATA_DIR=/data ADDRESS=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["python", "-m", "iom.embedded"]
CMD ["web"]
