/** The engine exports what its users need; what is measured here lies deeper, and is taken from its build. */
export const engine = (path) => import(`../../packages/engine/dist/${path}.js`);
export const model = () => import('../../packages/model/dist/index.js');
