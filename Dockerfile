# Worker process, API with the dashboard, and scripted model in one image; docker-compose.yml says which one a container
# runs. The pages are built in a stage of their own: what builds them is not in the image, only what they became.
FROM node:24-bookworm-slim AS pages

WORKDIR /factory
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --ignore-scripts
COPY api/client api/client
COPY web web
RUN node web/build.ts

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
COPY --chown=node:node --from=pages /factory/dist/web dist/web

# Two arenas of glibc, and in the worker process little room for young objects: it takes 200 MB less.
ENV NODE_ENV=production STATE_DIR=/state MALLOC_ARENA_MAX=2
VOLUME /state
CMD ["node", "--max-semi-space-size=8", "worker/main.ts"]
