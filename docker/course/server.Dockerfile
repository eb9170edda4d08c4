# El programa entero es un archivo; la configuración se monta en /config.
FROM node:26-slim
COPY quiniela.mjs /app/quiniela.mjs
RUN install -d -o node -g node /data
USER node
ENTRYPOINT ["node", "--permission", "--allow-net", "--allow-fs-read=/app/", "--allow-fs-read=/config/", \
  "--allow-fs-read=/data/", "--allow-fs-write=/data/", "--disable-warning=ExperimentalWarning", \
  "/app/quiniela.mjs", "server", "--config", "/config/config.ini"]
