/** Certificates of the operator's, by the variables that name them: where a proxy of theirs signs for the hosts outside. */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { inheritedEnvironment } from '../../exec.ts';

const VARIABLES = [
  ...['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
  ...['CARGO_HTTP_CAINFO'],
];

/** The files of those that are set, by their variables. */
export const certificates = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(inheritedEnvironment(VARIABLES)).filter(([, path]) => isAbsolute(path) && isFile(path)),
  );

/** Where the sandbox has it. */
export const certificateInside = (variable: string): string => `/run/factory-certificates/${variable}.pem`;

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
