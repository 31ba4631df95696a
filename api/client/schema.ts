/** The API as types: written by scripts/generate-api-client.ts from the OpenAPI document, not by hand. */

export interface paths {
    "/epics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List epics, newest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description `open`: all that have not ended */
                    state?: "PLANNING" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | "FAILED" | "open";
                    before?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EpicInList"][];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Submit an epic */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        title: string;
                        /** @default  */
                        description?: string;
                        /** @default 0 */
                        priority?: number;
                        repository?: string;
                        baseBranch?: string;
                        tasks?: {
                            key: string;
                            title: string;
                            /** @default  */
                            description?: string;
                            /** @default [] */
                            acceptance?: string[];
                            /** @default [] */
                            dependsOn?: string[];
                            budgetUsd?: number;
                            budgetTokens?: number;
                            files?: string[];
                        }[];
                        budgetUsd?: number;
                        budgetTokens?: number;
                        concurrency?: number;
                        requireApproval?: ("plan" | "merge" | "questions:off")[];
                        /** @enum {string} */
                        overlaps?: "flag" | "sequence";
                        source?: {
                            /** @enum {string} */
                            tracker: "linear";
                            id: string;
                            /** Format: uri */
                            url?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Submitted"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An epic with its tasks, pull requests, cost and open questions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Epic"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Starting"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The decision log: every decision, transition, approval and refusal with its reason */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                    taskKey?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LogEntry"][];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an epic
         * @description What runs is ended, worktrees with uncommitted work stay. The epic says itself when it has ended.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files that a pull request or a submission of an epic changes, page by page
         * @description Without `pullRequest`, `request` or `task`: what waits for approval, else the epic’s own pull request, else the latest. An open question’s commit is shown, not what was pushed since; one whose branch is not pushed yet has no pull request. What a task handed in is shown as it was, whatever came after it. The patch of each file is at /epics/{id}/diff/patch.
         */
        get: {
            parameters: {
                query?: {
                    pullRequest?: number;
                    /** @description an open request */
                    request?: string;
                    /** @description a task: what it handed in, last or as `submission` says */
                    task?: string;
                    /** @description which submission of `task`, by its number */
                    submission?: number;
                    /** @description an earlier submission of `task`: only what changed since, not since the base */
                    since?: number;
                    /** @description of the page before: refused with 409 when another commit has taken its place */
                    headSha?: string;
                    /** @description `next` of the page before */
                    afterFile?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Diff"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/diff/patch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The patch of a diff, piece by piece: of one file, or of as many as fit */
        get: {
            parameters: {
                query: {
                    /** @description as the diff has it; an ancestor of headSha */
                    baseSha: string;
                    /** @description a commit of the epic: the head of a pull request, submission or request */
                    headSha: string;
                    /** @description of one file of the diff; without it the files come in order, as many as fit */
                    path?: string;
                    /** @description `next` of the piece before, with its `path` */
                    offset?: number;
                    /** @description without `path`: the files after this one, which is `path` of the piece before */
                    afterFile?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Patch"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as it does (server-sent events)
         * @description Events of four kinds, the first three with an id to resume from:
         *
         *     - `hello`, data `{"position": "…"}`: where a stream begins that was given no position.
         *     - `change`, data `{"changes": [{"kind", "id", "epicId", "taskKey"}]}`: what to read again, each once a batch.
         *     - `reset`, data `{"position": "…"}`: changes were missed that are no longer kept (15 minutes); read everything again.
         *     - `standstill`, data `{"cause": "temporal", "queues": [], "reason": null, "since": "…"}`: Temporal does not answer the API; with the cause
         *       `workers`, no worker process polls these queues; with `paused`, a person paused the factory. Data `null`: work can go on again.
         *
         *     `Last-Event-ID`, or `after` for those who cannot set it, resumes without gap or repeat. A comment comes every 15 s, with
         *     the id that was reached. A reader that does not keep up is disconnected, and resumes. The header counts before `after`.
         */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    epicId?: string;
                };
                header?: {
                    "last-event-id"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["ChangeBatch"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/{id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's answer while it is written (server-sent events)
         * @description Says nothing while the agent's model writes nothing. Otherwise events of three kinds:
         *
         *     - `draft`: the answer so far. The first one of a stream has all that is kept of it (of each block the last 16,000
         *       characters, and the last 16 blocks), later ones what was added: `text` belongs `offset` characters after the beginning of
         *       its block, so what is missing before it was left out. A draft of another call replaces all of the one before.
         *     - `stored`, data `{"turn": 3}`: the answer is in the transcript and takes the draft's place.
         *     - `dropped`, data `{"turn": 3}`: the call failed or its process died; another call may follow.
         *
         *     Secrets are masked as in stored answers, which takes holding back a word or more. A stream that is opened again begins
         *     with all that is kept, so there is no position to resume from. A comment comes every 15 s.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["Draft"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/respond": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a human request */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        requestId: string;
                        decision: string;
                        answer?: string;
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                        headSha?: string;
                        plan?: {
                            revision: number;
                            tasks: {
                                key: string;
                                title: string;
                                /** @default  */
                                description?: string;
                                /** @default [] */
                                acceptance?: string[];
                                /** @default [] */
                                dependsOn?: string[];
                                budgetUsd?: number;
                                budgetTokens?: number;
                                files?: string[];
                            }[];
                            inSequence?: boolean;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause: no new turn, task, push or merge */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on after a pause */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/interrupt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End what agents do right now; they go on */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set the cap of an epic’s cost; below the present one only with `lower` */
        put: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        capUsd?: number;
                        capTokens?: number;
                        taskKey?: string;
                        /** @default unknown */
                        by?: string;
                        /** @default false */
                        lower?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a task to a running epic */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        task: {
                            key: string;
                            title: string;
                            /** @default  */
                            description?: string;
                            /** @default [] */
                            acceptance?: string[];
                            /** @default [] */
                            dependsOn?: string[];
                            budgetUsd?: number;
                            budgetTokens?: number;
                            files?: string[];
                        };
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plan of an epic: what each task must achieve, how its last checks came out, and its revisions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EpicPlan"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Revise the plan of a running epic: `tasks` are those that have not started */
        put: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        revision: number;
                        tasks: {
                            key: string;
                            title: string;
                            /** @default  */
                            description?: string;
                            /** @default [] */
                            acceptance?: string[];
                            /** @default [] */
                            dependsOn?: string[];
                            budgetUsd?: number;
                            budgetTokens?: number;
                            files?: string[];
                        }[];
                        inSequence?: boolean;
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a failed task again */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on without a failed task */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a task */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/interrupt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End what its agent does right now; it goes on */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/rewind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a task back to an earlier turn of its Worker */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                        turn: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mail that people have not read, or all of it, newest first */
        get: {
            parameters: {
                query?: {
                    epicId?: string;
                    /** @description `inbox`: what people have not read; `all`: everything, between agents too */
                    box?: "inbox" | "all";
                    /** @description the number of the last one of the page before */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MailPage"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One mail, with what it answers and its answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MailThread"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write to an agent of an epic */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        to: string;
                        subject: string;
                        body: string;
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/{number}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a mail to people */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        body: string;
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/{number}/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a mail out of the inbox */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/tell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something to the Worker of a task, which hears it before its next turn */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        text: string;
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/tell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something to all Workers of an epic, or to its planner */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        text: string;
                        /** @default unknown */
                        by?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/repair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset what cannot be replayed
         * @description Of the epic’s execution, its tasks, its agents, the lines that they merge through and the supervisor: goes back to before the commands that do not fit. Messages after that are applied again. What an interrupted repair has reset and not cancelled again is cancelled.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                        /** @default true */
                        apply?: boolean;
                        seen?: {
                            workflowId: string;
                            runId: string;
                            eventId: number | null;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RepairPlan"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/intake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Issues of the tracker that asked to be built: what they became, or why they were left */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IntakeEntry"][];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task with its submissions, evidence, agents and pull requests */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Task"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/{id}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an agent was told, answered and did */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transcript"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the factory needs, one by one */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hosts that are there, and those that left with tasks placed on them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Host"][];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fleet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hosts with what is placed there, agents at work, quotas, limits and versions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Fleet"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Branches that are merged into: who merges, who waits behind whom and since when, and how it went lately */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Lanes"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the whole factory is paused, by whom and since when */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PauseState"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Pause the whole factory
         * @description No epic is admitted, no task placed, no model called, nothing pushed, opened or merged, from a few seconds later until it is resumed. What has begun runs to its own end. Harmless twice: the first person and time stay.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on after a pause of the whole factory
         * @description Work goes on within seconds. An epic that was paused by itself stays paused. Harmless twice.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default unknown */
                        by?: string;
                        comment?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The state of things does not allow it, or the Idempotency-Key was sent with another content */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is larger than 2 MB */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The body is not JSON */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an epic has cost: by purpose, task and attempt, and as it grew */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Costs"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The story of an epic, from its decision log: what happened, who decided what, and why */
        get: {
            parameters: {
                query?: {
                    taskKey?: string;
                    /** @description only what happened at or after this time */
                    since?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is recorded of an epic, with the histories of its workflows
         * @description JSON lines. The first names epic, time and format; then a row each, `{"section", "row"}`; the last is `end`
         *     with the number of rows by section, or `failed` with the reason. Each line has its number and a `seal`: the SHA-256 of the
         *     seal before it, a line break, and the line without its seal. Transcripts are there by their SHA-256 (`GET
         *     /agents/{id}/transcript` has them); events of Temporal quote in plain text what agents submitted and the first lines of
         *     their commands. What looks like a secret is taken out.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The bundle */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/epics/{id}/recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The requests of an epic’s agents to the model, and the answers
         * @description What the scripted model plays in `factory replay`: the epic as it was given, the prompts that it began
         *     with, and each agent's turns with what was asked and answered. Secrets, people and folders of hosts are replaced; signatures
         *     of thoughts are left out. It ends with the first act of a person that no replay repeats (`cutAt`).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Recording"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/human-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for a person, longest first; settled ones, and both together, newest first */
        get: {
            parameters: {
                query?: {
                    epicId?: string;
                    /** @description one or several; `settled` is all but `open` */
                    state?: ("open" | "answered" | "replaced" | "withdrawn" | "settled") | ("open" | "answered" | "replaced" | "withdrawn" | "settled")[];
                    /** @description settled before, or where it is open asked before: closedAt or askedAt of the last one of the page before */
                    before?: string;
                    /** @description those of the same moment come together, so a page may be a little longer */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RequestInList"][];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find epics, tasks, agents and pull requests: at most 20 of each, newest first */
        get: {
            parameters: {
                query: {
                    /** @description words, each of which must be in the title, id, key, branch or number (#12); no character is a pattern */
                    q: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Found"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign a browser in with the token of the API
         * @description Sets a cookie that counts as the token for requests of the same origin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedIn"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Sign a browser out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedIn"];
                    };
                };
                /** @description The input is not valid; the message names every field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The token of the API is missing or wrong */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description It came under a host name, or from a page, that this API does not answer to */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is no such epic, task, agent or request */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description An id in the address is longer than any */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Something unexpected went wrong; the log says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description PostgreSQL or Temporal does not answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        PullRequest: {
            repository: string;
            number: number;
            taskKey: string | null;
            url: string;
            title: string;
            head: string;
            base: string;
            headSha: string;
            /** @enum {string} */
            state: "open" | "merged" | "closed";
            mergedSha: string | null;
        };
        HumanRequest: {
            epicId: string;
            epicTitle: string;
            requestId: string;
            /** @enum {string} */
            kind: "plan" | "merge" | "protected-paths" | "weakened-tests" | "question" | "agent-question" | "conflict" | "budget" | "failed-task";
            question: string;
            options: string[];
            taskKey: string | null;
            /**
             * @description of a budget request: what its cap is in; the cap of the task where there is one
             * @enum {string|null}
             */
            budgetUnit: "usd" | "tokens" | null;
            pullRequest: number | null;
            headSha: string | null;
            base: string | null;
            /** @enum {string} */
            state: "open" | "answered" | "replaced" | "withdrawn";
            answer: {
                requestId: string;
                decision: string;
                answer?: string;
                by: string;
                comment?: string;
                headSha?: string;
                at?: string;
            } | null;
            /** Format: date-time */
            askedAt: string;
            /** Format: date-time */
            closedAt: string | null;
        };
        TaskSummary: {
            id: string;
            key: string;
            title: string;
            /** @enum {string} */
            state: "PENDING" | "ASSIGNED" | "IN_PROGRESS" | "REVIEW" | "BLOCKED" | "COMPLETED" | "FAILED" | "CANCELLED";
            phase: string;
            hold: {
                /** @enum {string} */
                kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                reason: string;
                /** Format: date-time */
                since: string;
            } | null;
            failure: {
                type: string;
                message: string;
            } | null;
            attempt: number;
            dependsOn: string[];
            host: string | null;
            branch: string | null;
            pullRequest: number | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            closedAt: string | null;
        };
        Agent: {
            id: string;
            /** @enum {string} */
            role: "SUPERVISOR" | "ORCHESTRATOR" | "WORKER";
            /** @enum {string} */
            purpose: "plan" | "implement" | "review" | "triage" | "correspond";
            attempt: number;
            model: string;
            /** @enum {string} */
            state: "IDLE" | "BUSY" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED";
            phase: string;
            hold: {
                /** @enum {string} */
                kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                reason: string;
                /** Format: date-time */
                since: string;
            } | null;
            failure: {
                type: string;
                message: string;
            } | null;
            turn: number;
            costUsd: number;
            workflowId: string;
            runId: string;
            /** @description its run in the Web UI of Temporal; null where the address of that is not known, or before it has started */
            temporalUrl: string | null;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            closedAt: string | null;
        };
        Evidence: {
            check: string;
            command: string;
            exitCode: number;
            commitSha: string;
            treeSha: string;
            output: string;
            verifiedBy: string;
            /** @description the commit that was verified, when this one was only verified together with others */
            coveredBy: string | null;
            /** @description names the factory.yaml that it was found under */
            policyHash: string | null;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            finishedAt: string;
        };
        Criterion: {
            criterion: string;
            /** @description what the latest review found; null when nobody has checked it */
            judged: {
                /** @enum {string} */
                verdict: "met" | "not_met" | "not_checkable";
                /** @description the command that was run, or the place that was looked at; empty without one */
                how: string;
                note: string;
                /**
                 * @description by the transcript its reviewer ran the command, read the place, or only said so
                 * @enum {string}
                 */
                proof: "ran" | "read" | "said";
                /** @description of the command, where it was run */
                exitCode: number | null;
                commitSha: string;
                /** @description a later commit was handed in, and no review has spoken of it yet */
                isOutdated: boolean;
                /** @description the agent */
                reviewer: string | null;
                /** @description the turn of the reviewer in which it ran or read that */
                turn: number | null;
                /** Format: date-time */
                at: string;
            } | null;
        };
        Account: {
            epicId: string;
            /** Format: date-time */
            from: string | null;
            /** Format: date-time */
            to: string | null;
            /** @description how the epic ended, as far as the log says so */
            outcome: string | null;
            /** @description how many tasks ended how, of those in the account */
            tasks: {
                [key: string]: number;
            };
            counts: {
                questions: number;
                unanswered: number;
                retries: number;
                refusals: number;
                failures: number;
            };
            people: {
                name: string;
                decisions: number;
            }[];
            chapters: {
                title: string;
                taskKey: string | null;
                outcome: string | null;
                steps: {
                    /** Format: date-time */
                    at: string;
                    /**
                     * Format: date-time
                     * @description when it was last said, of what was said several times in a row
                     */
                    lastAt: string;
                    times: number;
                    /** @description as in the log, or `question` */
                    kind: string;
                    actor: string;
                    /** @description who did what */
                    text: string;
                    /** @description why, as the log has it */
                    reason: string;
                    /** @description ids of the entries of the log that say so */
                    entries: number[];
                    /** @description of a question; null where the log has none */
                    answer: {
                        /** Format: date-time */
                        at: string;
                        by: string;
                        decision: string;
                        words: string;
                    } | null;
                }[];
            }[];
        };
        ErrorBody: {
            error: {
                code: string;
                message: string;
                details?: unknown;
            };
        };
        Done: {
            /** @enum {string} */
            status: "done";
            changed: boolean;
            message: string;
        };
        Pending: {
            /** @enum {string} */
            status: "pending";
            message: string;
        };
        Submitted: {
            id: string;
            workflowId: string;
            created: boolean;
        };
        Starting: {
            id: string;
            /** @enum {string} */
            status: "starting";
            message: string;
        };
        Costs: {
            epicId: string;
            /** @description null until the epic has its settings, unless it was submitted with a cap */
            capUsd: number | null;
            /** @description null where tokens have no cap */
            capTokens: number | null;
            /** @description of calls that have ended */
            settledUsd: number;
            /** @description part of settledUsd: calls whose answer got lost, at the most that they can have cost */
            unknownUsd: number;
            /** @description the most that calls under way can cost */
            reservedUsd: number;
            /** @description read, cached or not, and written by calls that have ended */
            tokens: number;
            calls: {
                answered: number;
                failed: number;
                unknown: number;
                open: number;
            };
            byPurpose: {
                purpose: string | null;
                /** @description of calls that have ended */
                settledUsd: number;
                /** @description part of settledUsd: calls whose answer got lost, at the most that they can have cost */
                unknownUsd: number;
                /** @description the most that calls under way can cost */
                reservedUsd: number;
                /** @description read, cached or not, and written by calls that have ended */
                tokens: number;
                calls: {
                    answered: number;
                    failed: number;
                    unknown: number;
                    open: number;
                };
            }[];
            byTask: {
                /** @description null for the epic itself */
                taskKey: string | null;
                title: string | null;
                /** @description its own cap, if it has one */
                capUsd: number | null;
                capTokens: number | null;
                /** @description of calls that have ended */
                settledUsd: number;
                /** @description part of settledUsd: calls whose answer got lost, at the most that they can have cost */
                unknownUsd: number;
                /** @description the most that calls under way can cost */
                reservedUsd: number;
                /** @description read, cached or not, and written by calls that have ended */
                tokens: number;
                calls: {
                    answered: number;
                    failed: number;
                    unknown: number;
                    open: number;
                };
            }[];
            /** @description each attempt, failed ones too, in the order in which they began; one for each model that it was given */
            byAgent: {
                agentId: string;
                taskKey: string | null;
                purpose: string | null;
                attempt: number | null;
                model: string;
                state: string | null;
                turns: number;
                /** Format: date-time */
                firstAt: string;
                /** Format: date-time */
                lastAt: string;
                /** @description of calls that have ended */
                settledUsd: number;
                /** @description part of settledUsd: calls whose answer got lost, at the most that they can have cost */
                unknownUsd: number;
                /** @description the most that calls under way can cost */
                reservedUsd: number;
                /** @description read, cached or not, and written by calls that have ended */
                tokens: number;
                calls: {
                    answered: number;
                    failed: number;
                    unknown: number;
                    open: number;
                };
            }[];
            /** @description how the cost grew: a point a call, or where there are more than 500, a point for as many calls each */
            points: {
                /** Format: date-time */
                at: string;
                costUsd: number;
                totalUsd: number;
                calls: number;
            }[];
        };
        DiffFile: {
            path: string;
            /** @description of what was renamed */
            previousPath: string | null;
            /** @enum {string} */
            status: "added" | "modified" | "deleted" | "renamed" | "type-changed";
            /** @description lines; 0 for a binary file */
            additions: number;
            /** @description lines; 0 for a binary file */
            deletions: number;
            isBinary: boolean;
            /** @description a lock file, minified code, or what .gitattributes of baseSha call linguist-generated; a screen may fold it */
            isGenerated: boolean;
        };
        Diff: {
            repository: string;
            /** @description null for a commit whose branch is not pushed yet */
            pullRequest: number | null;
            /** @description of the task whose change it is; null for the epic’s own */
            taskKey: string | null;
            /** @description its number, where the diff is that of a task’s submission */
            submission: number | null;
            /** @description the earlier submission that it leads from, in place of the base */
            since: {
                number: number;
                /** @description the base was merged in between, and what came with it is in the diff too */
                bringsBase: boolean;
            } | null;
            title: string;
            head: string;
            base: string;
            /** @description where head and base part, or the commit of `since`: the patch leads from here to headSha */
            baseSha: string;
            headSha: string;
            /** @description of all files, whatever page is asked for */
            totals: {
                files: number;
                additions: number;
                deletions: number;
            };
            /** @description a page of them, in the order of their paths */
            files: components["schemas"]["DiffFile"][];
            /** @description `afterFile` of the next page; null on the last */
            next: string | null;
        };
        Patch: {
            /** @description of the file, or of the last of several whose whole patches these are */
            path: string;
            /** @description at most 256 kB, up to the end of a line; a longer line is cut between two characters */
            patch: string;
            /** @description `offset` of the next piece of this file, in bytes; null at its end */
            next: number | null;
            /** @description of the whole patch of this file, where it is known already */
            totalBytes: number | null;
            /** @description the diff ends with it; else `afterFile` or `offset` goes on */
            isLast: boolean;
            /** @description the patch goes on after 64 million characters, and is read no further here */
            isCut: boolean;
        };
        FactoryPause: {
            by: string;
            comment: string | null;
            /** Format: date-time */
            since: string;
        };
        PauseState: {
            pause: components["schemas"]["FactoryPause"] | null;
        };
        LogEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            taskKey: string | null;
            actor: string;
            kind: string;
            decision: string;
            reason: string;
        };
        IntakeEntry: {
            identifier: string;
            title: string;
            url: string;
            /** @enum {string} */
            outcome: "taken" | "skipped";
            reason: string;
            epicId: string | null;
            /** Format: date-time */
            lookedAt: string;
        };
        Health: {
            ready: boolean;
            dependencies: {
                [key: string]: {
                    ok: boolean;
                    message: string;
                };
            };
            sandboxes: {
                [key: string]: string;
            };
        };
        EpicInList: {
            id: string;
            title: string;
            /** @enum {string} */
            state: "PLANNING" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | "FAILED";
            phase: string;
            hold: {
                /** @enum {string} */
                kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                reason: string;
                /** Format: date-time */
                since: string;
            } | null;
            failure: {
                type: string;
                message: string;
            } | null;
            paused: boolean;
            priority: number;
            repository: string | null;
            baseBranch: string | null;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            closedAt: string | null;
            tasks: {
                [key: string]: number;
            };
            openRequests: number;
            costUsd: number;
            capUsd: number | null;
        };
        Retry: {
            workflowId: string;
            taskKey: string | null;
            activity: string;
            attempt: number;
            message: string;
            remedy: string | null;
        };
        UnappliedMessage: {
            id: string;
            name: string;
            by: string;
            taskKey: string | null;
            decision: string | null;
            /** Format: date-time */
            sentAt: string;
        };
        Progress: {
            workflowId: string;
            taskKey: string | null;
            activity: string;
            progress: string;
        };
        Epic: {
            id: string;
            title: string;
            /** @enum {string} */
            state: "PLANNING" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | "FAILED";
            phase: string;
            hold: {
                /** @enum {string} */
                kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                reason: string;
                /** Format: date-time */
                since: string;
            } | null;
            failure: {
                type: string;
                message: string;
            } | null;
            paused: boolean;
            priority: number;
            repository: string | null;
            baseBranch: string | null;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            closedAt: string | null;
            description: string;
            workflowId: string;
            runId: string;
            /** @description its run in the Web UI of Temporal; null where the address of that is not known, or before it has started */
            temporalUrl: string | null;
            source: {
                tracker: string;
                id: string;
                url: string | null;
            } | null;
            concurrency: number | null;
            approvals: string[] | null;
            /** @enum {string|null} */
            overlaps: "flag" | "sequence" | null;
            policyHash: string | null;
            adoptedPolicies: {
                policyHash: string;
                baseSha: string;
                by: string;
                at: string;
                changes: string[];
                weaker: string[];
            }[];
            pullRequest: number | null;
            mergedSha: string | null;
            mirror: string | null;
            tasks: components["schemas"]["TaskSummary"][];
            agents: components["schemas"]["Agent"][];
            evidence: components["schemas"]["Evidence"][];
            /** @description by commit that was verified under the policy in force: its checks that the commit has no result of */
            unrun: {
                commitSha: string;
                checks: string[];
            }[];
            pullRequests: components["schemas"]["PullRequest"][];
            requests: components["schemas"]["HumanRequest"][];
            unapplied: components["schemas"]["UnappliedMessage"][];
            retries: components["schemas"]["Retry"][];
            progress: components["schemas"]["Progress"][];
            unread: number;
            factoryPause: components["schemas"]["FactoryPause"] | null;
            turns: number;
            cost: {
                settledUsd: number;
                reservedUsd: number;
                capUsd: number | null;
                capTokens: number | null;
            };
            sandboxes: {
                host: string;
                description: string;
            }[];
        };
        ChangeBatch: {
            changes: {
                /** @enum {string} */
                kind: "epic" | "task" | "agent" | "transcript" | "pull-request" | "submission" | "evidence" | "human-request" | "cost" | "budget" | "decision" | "message" | "mail" | "host" | "placement" | "intake";
                id: string;
                epicId: string | null;
                taskKey: string | null;
            }[];
        };
        Host: {
            name: string;
            capacity: number;
            /** @description slots that tasks and epics hold */
            taken: number;
            /** @description the sandbox that agents’ commands run in there */
            sandbox: string | null;
            /** Format: date-time */
            lastSeenAt: string;
            /** @description why it takes no more work, while it does not */
            refusal: string | null;
            /**
             * Format: date-time
             * @description since when its last worker process has signed off
             */
            leftAt: string | null;
        };
        Fleet: {
            /** @description of the whole factory, while it is paused */
            pause: components["schemas"]["FactoryPause"] | null;
            hosts: {
                name: string;
                capacity: number;
                /** @description slots that tasks and epics hold */
                taken: number;
                /** @description the sandbox that agents’ commands run in there */
                sandbox: string | null;
                /** Format: date-time */
                lastSeenAt: string;
                /** @description why it takes no more work, while it does not */
                refusal: string | null;
                /**
                 * Format: date-time
                 * @description since when its last worker process has signed off
                 */
                leftAt: string | null;
                /** @description what holds its slots, longest first */
                placements: {
                    epicId: string;
                    epicTitle: string | null;
                    /** @description null for what the epic does itself */
                    taskKey: string | null;
                    title: string | null;
                    /** Format: date-time */
                    since: string;
                }[];
            }[];
            /** @description slots that are held on hosts that are not there */
            lostPlacements: {
                epicId: string;
                epicTitle: string | null;
                /** @description null for what the epic does itself */
                taskKey: string | null;
                title: string | null;
                /** Format: date-time */
                since: string;
                host: string;
            }[];
            /** @description agents that have not ended, longest first, at most 500 */
            agents: {
                id: string;
                epicId: string;
                epicTitle: string | null;
                taskKey: string | null;
                taskTitle: string | null;
                /** @description where its task is placed */
                host: string | null;
                /** @enum {string} */
                role: "SUPERVISOR" | "ORCHESTRATOR" | "WORKER";
                /** @enum {string} */
                purpose: "plan" | "implement" | "review" | "triage" | "correspond";
                attempt: number;
                model: string;
                /** @enum {string} */
                state: "IDLE" | "BUSY" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED";
                phase: string;
                hold: {
                    /** @enum {string} */
                    kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                    reason: string;
                    /** Format: date-time */
                    since: string;
                } | null;
                turn: number;
                /**
                 * Format: date-time
                 * @description when its last answer came, or when it began
                 */
                since: string;
                /** Format: date-time */
                startedAt: string;
                /** @description what it said or called last, at most 200 characters, control characters made visible */
                lastLine: string | null;
            }[];
            /** @description quotas that hold calls of a model */
            providerHolds: {
                provider: string;
                model: string;
                /** Format: date-time */
                until: string;
                reason: string;
            }[];
            /** @description what the forge allows, as it said last */
            forgeLimits: {
                host: string;
                quota: number;
                remaining: number;
                /** Format: date-time */
                resetsAt: string;
                /**
                 * Format: date-time
                 * @description the forge asked everybody to be silent until then
                 */
                silentUntil: string | null;
            }[];
            epics: {
                /** @description open epics that run */
                admitted: number;
                /** @description open epics that wait for admission */
                waiting: number;
                /** @description how many may run; null while the supervisor does not answer */
                atOnce: number | null;
            };
            /** @description what an epic gets that says nothing else, as the API’s process is configured */
            limits: {
                /** @description of an epic at once */
                tasks: number;
                attempts: number;
                rounds: number;
                turns: number;
                budgetUsd: number;
            } | null;
            versions: {
                factory: string;
                /** @description of the API’s process */
                node: string;
                postgres: string;
                /** @description null while the server does not answer */
                temporal: string | null;
            };
        };
        Lane: {
            repository: string;
            branch: string;
            /** @description false while the workflow that keeps the order does not answer: then those who wait are shown as they recorded it, and who merges is not known */
            isLive: boolean;
            /** @description who has the turn now */
            merging: {
                epicId: string;
                epicTitle: string;
                /** @description null for the epic itself */
                taskKey: string | null;
                title: string;
                pullRequest: number | null;
                /** @description the commit that it is going to merge, where it said so */
                headSha: string | null;
                /** @description of the epic: 1 the most urgent, 0 none and after 4 */
                priority: number;
                /**
                 * Format: date-time
                 * @description when it first asked for its turn; it keeps that place until it has merged
                 */
                since: string;
                /** @description it conflicts with the branch, and waits until those before it have settled theirs */
                isBehind: boolean;
                /**
                 * Format: date-time
                 * @description since when it has the turn
                 */
                grantedAt: string | null;
            } | null;
            /** @description those who lost the turn to a conflict that they settle */
            settling: {
                epicId: string;
                epicTitle: string;
                /** @description null for the epic itself */
                taskKey: string | null;
                title: string;
                pullRequest: number | null;
                /** @description the commit that it is going to merge, where it said so */
                headSha: string | null;
                /** @description of the epic: 1 the most urgent, 0 none and after 4 */
                priority: number;
                /**
                 * Format: date-time
                 * @description when it first asked for its turn; it keeps that place until it has merged
                 */
                since: string;
                /** @description it conflicts with the branch, and waits until those before it have settled theirs */
                isBehind: boolean;
            }[];
            /** @description in the order of their turns */
            waiting: {
                epicId: string;
                epicTitle: string;
                /** @description null for the epic itself */
                taskKey: string | null;
                title: string;
                pullRequest: number | null;
                /** @description the commit that it is going to merge, where it said so */
                headSha: string | null;
                /** @description of the epic: 1 the most urgent, 0 none and after 4 */
                priority: number;
                /**
                 * Format: date-time
                 * @description when it first asked for its turn; it keeps that place until it has merged
                 */
                since: string;
                /** @description it conflicts with the branch, and waits until those before it have settled theirs */
                isBehind: boolean;
                /** @description the task or epic right before it */
                behind: string | null;
            }[];
            /** @description what became of submissions in the last 7 days, newest first, at most 20 */
            verdicts: {
                epicId: string;
                taskKey: string | null;
                /** @description of the task, or of the epic whose own pull request it is */
                title: string;
                /** @description null for an epic’s own pull request */
                submission: number | null;
                /** @enum {string} */
                verdict: "verified" | "red" | "changes-requested" | "approved" | "conflict" | "merged" | "superseded";
                headSha: string;
                /** Format: date-time */
                at: string;
            }[];
            /** @description of what was merged in the last 7 days: from its start to its end */
            leadTime: {
                merges: number;
                medianSeconds: number;
                p90Seconds: number;
            } | null;
        };
        Lanes: {
            /** @description those that open work goes to first, then those that were merged into last; at most 100 */
            lanes: components["schemas"]["Lane"][];
            /** @description there are other branches, which are left out */
            more: boolean;
        };
        Draft: {
            turn: number;
            call: number;
            blocks: ({
                index: number;
                /** @enum {string} */
                kind: "text" | "thinking";
                offset: number;
                text: string;
            } | {
                index: number;
                /** @enum {string} */
                kind: "call";
                name: string;
                characters: number;
            })[];
        };
        Mail: {
            /** @description names it */
            number: number;
            epicId: string;
            epicTitle: string;
            /**
             * @description `word`: what a person said to agents at work
             * @enum {string}
             */
            kind: "mail" | "word";
            /** @description an address: human, orchestrator, supervisor, task/<key> or review/<key> */
            from: string;
            /** @description the person, where it is from one */
            by: string | null;
            /** @description an address, or `epic` for a word to all of its agents */
            to: string;
            subject: string;
            body: string;
            /** @description the number of the mail that it answers */
            replyTo: number | null;
            /** @description the agent waits, or waited, for an answer */
            awaitsReply: boolean;
            /** @description how often the same was sent */
            times: number;
            /** Format: date-time */
            sentAt: string;
            /** Format: date-time */
            lastSentAt: string;
            /** @description the turn that it was told with first */
            readBy: {
                agentId: string;
                turn: number;
                /** Format: date-time */
                at: string;
            } | null;
            /**
             * Format: date-time
             * @description when a person was done with it, of mail to people
             */
            doneAt: string | null;
            doneBy: string | null;
            /**
             * Format: date-time
             * @description when its recipient ended before it was read
             */
            lapsedAt: string | null;
        };
        MailPage: {
            /** @description how much people have not read, in all epics */
            waiting: number;
            mails: components["schemas"]["Mail"][];
        };
        MailThread: {
            mail: components["schemas"]["Mail"];
            /** @description what it answers */
            asked: components["schemas"]["Mail"] | null;
            answers: components["schemas"]["Mail"][];
        };
        PlannedTask: {
            id: string;
            key: string;
            title: string;
            description: string;
            /** @description what must be true when it is done */
            acceptance: string[];
            /** @description the same, with what the latest review found about each */
            criteria: components["schemas"]["Criterion"][];
            /** @description keys of the tasks that it builds on */
            dependsOn: string[];
            /** @description patterns of the files that it will likely touch */
            files: string[];
            /** @description what it may cost, in US dollars, as planned; null without a cap of its own */
            budgetUsd: number | null;
            /** @description the same in tokens */
            budgetTokens: number | null;
            /** @enum {string} */
            state: "PENDING" | "ASSIGNED" | "IN_PROGRESS" | "REVIEW" | "BLOCKED" | "COMPLETED" | "FAILED" | "CANCELLED";
            /** @description it has started or ended, so no revision of the plan changes it */
            hasStarted: boolean;
            /** @description the checks of the commit that was checked last; null before any was */
            checked: {
                commitSha: string;
                checks: {
                    check: string;
                    exitCode: number;
                }[];
                /** @description checks of the policy in force that it has no result of: a verification under way, or one that ended early */
                unrun: string[];
                /** @description the commit that was run, when this one was only verified together with others */
                coveredBy: string | null;
                /**
                 * Format: date-time
                 * @description when its checks ran
                 */
                at: string;
            } | null;
        };
        PlanRevision: {
            number: number;
            /** Format: date-time */
            at: string;
            /** @description a role, a person’s name, or `factory` */
            by: string;
            why: string;
            /** @description a line for each task that it changed */
            changes: string[];
        };
        EpicPlan: {
            epicId: string;
            /** @description the newest revision; 0 before there is a plan */
            revision: number;
            /** @description pairs of tasks that will likely change the same files at the same time: neither waits for the other */
            overlaps: {
                /** @description keys */
                tasks: (string)[];
                /** @description patterns of the first that meet one of the second */
                files: string[];
            }[];
            /** @description newest first, at most 100 */
            revisions: components["schemas"]["PlanRevision"][];
            /** @description in plan order; none before there is a plan */
            tasks: components["schemas"]["PlannedTask"][];
        };
        Submission: {
            number: number;
            headSha: string;
            treeSha: string;
            /** @enum {string} */
            state: "verified" | "red" | "changes-requested" | "approved" | "conflict" | "merged" | "superseded";
        };
        Review: {
            agentId: string;
            /** @description its number; numbers begin again when the task runs again */
            submission: number | null;
            /** @description the commit that it is about; null where nothing says it */
            headSha: string | null;
            /** @enum {string} */
            verdict: "approve" | "request_changes";
            summary: string;
            comments: {
                path: string;
                line: number | null;
                body: string;
            }[];
            /** Format: date-time */
            at: string;
        };
        Task: {
            id: string;
            key: string;
            title: string;
            /** @enum {string} */
            state: "PENDING" | "ASSIGNED" | "IN_PROGRESS" | "REVIEW" | "BLOCKED" | "COMPLETED" | "FAILED" | "CANCELLED";
            phase: string;
            hold: {
                /** @enum {string} */
                kind: "blocker" | "slot" | "admission" | "lane" | "budget" | "quota" | "host" | "person" | "reply" | "pause" | "failure" | "checks";
                reason: string;
                /** Format: date-time */
                since: string;
            } | null;
            failure: {
                type: string;
                message: string;
            } | null;
            attempt: number;
            dependsOn: string[];
            host: string | null;
            branch: string | null;
            pullRequest: number | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            closedAt: string | null;
            epicId: string;
            description: string;
            acceptance: string[];
            /** @description the same, with what the latest review found about each */
            criteria: components["schemas"]["Criterion"][];
            workflowId: string;
            runId: string | null;
            /** @description its run in the Web UI of Temporal; null where the address of that is not known, or before it has started */
            temporalUrl: string | null;
            rounds: {
                verification: number;
                review: number;
                conflict: number;
                /** @default 0 */
                checks: number;
            } | null;
            epoch: number | null;
            worktree: string | null;
            evidence: components["schemas"]["Evidence"][];
            /** @description by commit that was verified under the policy in force: its checks that the commit has no result of */
            unrun: {
                commitSha: string;
                checks: string[];
            }[];
            submissions: components["schemas"]["Submission"][];
            reviews: components["schemas"]["Review"][];
            agents: components["schemas"]["Agent"][];
            pullRequests: components["schemas"]["PullRequest"][];
            rewindTurns: number[];
        };
        ToolCall: {
            id: string;
            name: string;
            input: unknown;
            output: string | null;
            truncated: boolean;
            isError: boolean | null;
            exitCode: number | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
        };
        Transcript: {
            id: string;
            epicId: string;
            taskKey: string | null;
            purpose: string;
            attempt: number;
            compactedBeforeTurn: number;
            forkedFrom: {
                id: string;
                turn: number;
            } | null;
            briefs: {
                turn: number;
                kind: string;
                body: string;
            }[];
            turns: {
                turn: number;
                model: string;
                content: unknown;
                stopReason: string;
                usage: unknown;
                costUsd: number;
                /** Format: date-time */
                startedAt: string;
                /** Format: date-time */
                finishedAt: string;
                checkpoint: string | null;
                toolCalls: components["schemas"]["ToolCall"][];
            }[];
            next: number | null;
        };
        Recording: {
            /** @enum {string} */
            format: "factory-recording/1";
            /** Format: date-time */
            recordedAt: string;
            factory: string;
            epic: {
                id: string;
                title: string;
                description: string;
                tasks: {
                    key: string;
                    title: string;
                    /** @default  */
                    description: string;
                    /** @default [] */
                    acceptance: string[];
                    /** @default [] */
                    dependsOn: string[];
                    files?: string[];
                }[] | null;
                repository: string;
                baseBranch: string;
                baseSha: string | null;
                approvals: ("plan" | "merge" | "questions:off")[];
                /** @enum {string} */
                overlaps?: "flag" | "sequence";
                concurrency: number;
                budgetUsd: number;
                limits: {
                    attempts: number;
                    rounds: number;
                    turns: number;
                };
                state: string;
                mergedTree: string | null;
            };
            merges: {
                taskKey: string;
                mergedMs: number;
            }[];
            answers: {
                /** @enum {string} */
                kind: "plan" | "merge" | "protected-paths" | "weakened-tests" | "question" | "agent-question" | "conflict" | "budget" | "failed-task";
                taskKey: string | null;
                question: string;
                decision: string;
                answer: string | null;
                comment: string | null;
                by: string;
                answeredMs: number;
                plan?: {
                    revision: number;
                    tasks: {
                        key: string;
                        title: string;
                        /** @default  */
                        description: string;
                        /** @default [] */
                        acceptance: string[];
                        /** @default [] */
                        dependsOn: string[];
                        files?: string[];
                    }[];
                    inSequence?: boolean;
                };
            }[];
            prompts: {
                [key: string]: {
                    model: string;
                    maxTokens: number;
                    system: string;
                    tools: ({
                        name: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                };
            };
            agents: {
                id: string;
                taskKey: string | null;
                /** @enum {string} */
                purpose: "plan" | "implement" | "review" | "triage" | "correspond";
                attempt: number;
                turns: {
                    turn: number;
                    asked: ({
                        /** @enum {string} */
                        type: "result";
                        of: string;
                        text: string;
                        isError: boolean;
                    } | {
                        /** @enum {string} */
                        type: "text";
                        text: string;
                    })[];
                    conversation?: ({
                        /** @enum {string} */
                        role: "user";
                        content: ({
                            /** @enum {string} */
                            type: "result";
                            of: string;
                            text: string;
                            isError: boolean;
                        } | {
                            /** @enum {string} */
                            type: "text";
                            text: string;
                        })[];
                    } | {
                        /** @enum {string} */
                        role: "assistant";
                        content: ({
                            /** @enum {string} */
                            type: "thinking";
                            thinking: string;
                        } | {
                            /** @enum {string} */
                            type: "redacted_thinking";
                        } | {
                            /** @enum {string} */
                            type: "text";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "tool_use";
                            id: string;
                            name: string;
                            input: {
                                [key: string]: unknown;
                            };
                        })[];
                    })[];
                    /** @enum {boolean} */
                    refusedFirst?: true;
                    answer: ({
                        /** @enum {string} */
                        type: "thinking";
                        thinking: string;
                    } | {
                        /** @enum {string} */
                        type: "redacted_thinking";
                    } | {
                        /** @enum {string} */
                        type: "text";
                        text: string;
                    } | {
                        /** @enum {string} */
                        type: "tool_use";
                        id: string;
                        name: string;
                        input: {
                            [key: string]: unknown;
                        };
                    })[];
                    stopReason: string;
                    usage: {
                        [key: string]: unknown;
                    };
                    startedMs: number;
                    finishedMs: number;
                }[];
            }[];
            cutAt: {
                message: string;
                taskKey: string | null;
                atMs: number;
            } | null;
            replaced: {
                inAnswers: number;
                elsewhere: number;
            };
        };
        RepairPlan: {
            repairs: {
                workflowId: string;
                runId: string;
                taskKey: string | null;
                failure: string;
                events: number;
                /** @description the workflow task that runs again, by the event that completed it; null: it is only cancelled again */
                eventId: number | null;
                /** Format: date-time */
                at: string;
                messages: {
                    /** @enum {string} */
                    kind: "update" | "signal" | "cancellation";
                    name: string;
                    by: string | null;
                    /** Format: date-time */
                    at: string;
                }[];
            }[];
        };
        RequestInList: {
            epicId: string;
            epicTitle: string;
            requestId: string;
            /** @enum {string} */
            kind: "plan" | "merge" | "protected-paths" | "weakened-tests" | "question" | "agent-question" | "conflict" | "budget" | "failed-task";
            question: string;
            options: string[];
            taskKey: string | null;
            /**
             * @description of a budget request: what its cap is in; the cap of the task where there is one
             * @enum {string|null}
             */
            budgetUnit: "usd" | "tokens" | null;
            pullRequest: number | null;
            headSha: string | null;
            base: string | null;
            /** @enum {string} */
            state: "open" | "answered" | "replaced" | "withdrawn";
            answer: {
                requestId: string;
                decision: string;
                answer?: string;
                by: string;
                comment?: string;
                headSha?: string;
                at?: string;
            } | null;
            /** Format: date-time */
            askedAt: string;
            /** Format: date-time */
            closedAt: string | null;
            /** @description what the epic has cost so far */
            epicCostUsd: number;
            epicCapUsd: number | null;
            /** @description what waits for the answer, the task that asks first; null for a settled one */
            holdsUp: {
                tasks: {
                    key: string;
                    title: string;
                    /** @enum {string} */
                    state: "PENDING" | "ASSIGNED" | "IN_PROGRESS" | "REVIEW" | "BLOCKED" | "COMPLETED" | "FAILED" | "CANCELLED";
                    /** Format: date-time */
                    since: string;
                }[];
                agents: {
                    id: string;
                    /** Format: date-time */
                    since: string;
                }[];
            } | null;
        };
        Found: {
            epics: {
                id: string;
                title: string;
                /** @enum {string} */
                state: "PLANNING" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | "FAILED";
                /** Format: date-time */
                startedAt: string;
            }[];
            tasks: {
                id: string;
                epicId: string;
                key: string;
                title: string;
                /** @enum {string} */
                state: "PENDING" | "ASSIGNED" | "IN_PROGRESS" | "REVIEW" | "BLOCKED" | "COMPLETED" | "FAILED" | "CANCELLED";
                /** Format: date-time */
                updatedAt: string;
            }[];
            agents: {
                id: string;
                epicId: string;
                taskKey: string | null;
                /** @enum {string} */
                purpose: "plan" | "implement" | "review" | "triage" | "correspond";
                attempt: number;
                /** @enum {string} */
                state: "IDLE" | "BUSY" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED";
                /** Format: date-time */
                startedAt: string;
            }[];
            pullRequests: {
                repository: string;
                number: number;
                epicId: string;
                taskKey: string | null;
                title: string;
                head: string;
                /** @enum {string} */
                state: "open" | "merged" | "closed";
                url: string;
            }[];
            /** @description kinds of which more were found: only the newest 20 are there */
            more: ("epics" | "tasks" | "agents" | "pullRequests")[];
        };
        SignedIn: {
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
