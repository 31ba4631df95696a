/** The OpenAPI document of the routes' zod schemas, with names for what clients refer to. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** Serves it at /docs; `app.swagger()` returns it once the app is ready. Register before the routes. */
export async function describeApi(app: Pick<FastifyInstance, 'register'>): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'FactoryFactory',
        description: 'Turns an epic into merged code. Writes need the header `content-type: application/json`.',
        version: '1',
      },
    },
    transform: jsonSchemaTransform,
    transformObject: withoutUnused,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

/** Every named schema comes as what is sent and as what is answered; only the ones that a route uses stay. */
const withoutUnused: NonNullable<FastifyDynamicSwaggerOptions['transformObject']> = (source) => {
  const document = jsonSchemaTransformObject(source);
  const schemas = 'components' in document ? (document.components?.schemas ?? {}) : {};
  const used = JSON.stringify('paths' in document ? document.paths : {});
  for (const name of Object.keys(schemas)) {
    if (name.endsWith('Input') && !used.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  }
  return document;
};
