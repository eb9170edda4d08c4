# El programa entero es un archivo; la configuración y los datos se montan en /config y /data.
FROM node:26-slim
COPY quiniela.mjs /app/quiniela.mjs
ENV CLI_DATA=/data
USER node
ENTRYPOINT ["node", "--permission", "--allow-net", "--allow-fs-read=/app/", "--allow-fs-read=/config/", \
  "--allow-fs-read=/data/", "--disable-warning=ExperimentalWarning", \
  "/app/quiniela.mjs", "agency", "--config", "/config/config.yaml"]
