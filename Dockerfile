# Worker process, API and scripted model in one image; docker-compose.yml says which one a container runs.
FROM node:24-bookworm-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates gh git git-lfs procps tmux \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node /factory /state

USER node
WORKDIR /factory
COPY --chown=node:node package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY --chown=node:node . .

ENV NODE_ENV=production STATE_DIR=/state
VOLUME /state
CMD ["node", "worker/main.ts"]
