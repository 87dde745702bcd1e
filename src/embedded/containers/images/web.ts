import { commands, debianLike, program, text } from './base.ts';
import type { ImageFamily } from './image.ts';
import { hasTag } from './tags.ts';

/** Web servers: nginx and Apache. */

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const mebibyte = 1024 * 1024;
const debian = { id: 'debian', name: 'Debian GNU/Linux', version: '12', codename: 'bookworm' };

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page is served by a simulated nginx in Ordinal's embedded cluster.</p>
</body>
</html>
`;

const nginxConfiguration = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
`;

export const webImages: readonly ImageFamily[] = [
  {
    repositories: [
      'docker.io/library/nginx',
      'registry.k8s.io/e2e-test-images/nginx',
      'registry.k8s.io/nginx-slim',
      'registry.k8s.io/nginx',
      'docker.io/nginxinc/nginx-unprivileged',
    ],
    hasTag: hasTag({
      releases: { 0: 27, 1: 29 },
      names: ['stable', 'mainline'],
      variants: ['alpine', 'bookworm', 'bullseye', 'trixie', 'perl', 'otel', 'slim'],
    }),
    sizeBytes: 72 * mebibyte,
    config: {
      entrypoint: ['/docker-entrypoint.sh'],
      command: ['nginx', '-g', 'daemon off;'],
      env: { PATH: path, NGINX_VERSION: '1.27.3' },
      stopSignal: 'SIGQUIT',
    },
    async build(files) {
      await debianLike(files, debian);
      await program(files, '/usr/sbin/nginx', 'nginx');
      await text(files, '/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
      await text(files, '/usr/share/nginx/html/index.html', welcome);
      await text(files, '/etc/nginx/nginx.conf', 'user  nginx;\nworker_processes  auto;\n');
      await text(files, '/etc/nginx/conf.d/default.conf', nginxConfiguration);
      await files.mkdir('/var/log/nginx', { recursive: true });
      await files.symlink('/dev/stdout', '/var/log/nginx/access.log');
      await files.symlink('/dev/stderr', '/var/log/nginx/error.log');
    },
  },
  {
    repositories: ['docker.io/library/httpd', 'registry.k8s.io/e2e-test-images/httpd'],
    hasTag: hasTag({ releases: { 2: 4 }, variants: ['alpine', 'bookworm', 'trixie'] }),
    sizeBytes: 56 * mebibyte,
    config: {
      command: ['httpd-foreground'],
      env: { PATH: `/usr/local/apache2/bin:${path}`, HTTPD_PREFIX: '/usr/local/apache2' },
      workingDir: '/usr/local/apache2',
      stopSignal: 'SIGWINCH',
    },
    async build(files) {
      await debianLike(files, debian);
      await commands(files, '/usr/bin', ['wget', 'nc']);
      await program(files, '/usr/local/apache2/bin/httpd', 'apache');
      await program(files, '/usr/local/bin/httpd-foreground', 'apache');
      await text(files, '/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n');
      await text(files, '/usr/local/apache2/conf/httpd.conf', 'ServerRoot "/usr/local/apache2"\nListen 80\n');
      await files.mkdir('/usr/local/apache2/logs', { recursive: true });
    },
  },
];
