import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** Which files a path stands for at one moment, and the directories in which that could change. */
export interface FileSet {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** Answers the files again each time. `undefined`: what the path names does not exist now. */
export type ListFiles = () => Promise<FileSet | undefined>;

const configFile = /\.(?:ya?ml|json)$/i;

/**
 * The files behind a path: itself, everything `.yaml`, `.yml` and `.json` below a directory, or what a glob
 * (`*`, `?`, `**`, `{a,b}`) matches. Names with a leading dot are skipped: a mounted ConfigMap keeps its
 * versions under such names.
 */
export function listFilesOf(path: string): ListFiles {
  if (!/[*?{]/.test(path)) return () => listPath(path);
  const segments = path.split('/');
  const base = segments
    .slice(
      0,
      segments.findIndex((segment) => /[*?{]/.test(segment)),
    )
    .join('/');
  const root = base === '' ? (path.startsWith('/') ? '/' : '.') : base;
  const pattern = compileGlob(
    segments.slice(base === '' ? (path.startsWith('/') ? 1 : 0) : base.split('/').length),
  );
  return () => walk(root, (file) => pattern.test(relative(root, file).split(sep).join('/')));
}

async function listPath(path: string): Promise<FileSet | undefined> {
  const stats = await stat(path).catch(ifMissing);
  if (stats?.isDirectory()) return walk(path, (file) => configFile.test(file));
  const directory = dirname(path);
  return stats === undefined ? undefined : { files: [path], directories: [directory] };
}

async function walk(root: string, wanted: (file: string) => boolean): Promise<FileSet | undefined> {
  const files: string[] = [];
  const directories: string[] = [];
  const visit = async (directory: string): Promise<boolean> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(ifMissing);
    if (entries === undefined) return false;
    directories.push(directory);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(directory, entry.name);
      const kind = await kindOf(entry, path);
      if (kind === 'directory' && !entry.isSymbolicLink()) await visit(path);
      else if (kind === 'file' && wanted(path)) files.push(path);
    }
    return true;
  };
  return (await visit(root)) ? { files, directories } : undefined;
}

/** A link is what it leads to; linked directories are not entered, as they may lead in circles. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'directory' | 'other'> {
  const what = entry.isSymbolicLink() ? await stat(path).catch(ifMissing) : entry;
  if (what?.isFile()) return 'file';
  return what?.isDirectory() ? 'directory' : 'other';
}

/** Something that is not there is an answer; everything else (no permission, say) is an error. */
export function ifMissing(error: unknown): undefined {
  if (isGone(error)) return undefined;
  throw error;
}

export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function compileGlob(segments: readonly string[]): RegExp {
  let source = '';
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '**') source += last ? '.*' : '(?:[^/]+/)*';
    else source += compileSegment(segment) + (last ? '' : '/');
  });
  return new RegExp(`^${source}$`);
}

function compileSegment(segment: string): string {
  let braces = 0;
  return segment.replace(/[\\^$.|+()[\]*?{},]/g, (char) => {
    if (char === '*') return '[^/]*';
    if (char === '?') return '[^/]';
    if (char === '{') {
      braces++;
      return '(?:';
    }
    if (char === '}' && braces > 0) {
      braces--;
      return ')';
    }
    return char === ',' && braces > 0 ? '|' : `\\${char}`;
  });
}
