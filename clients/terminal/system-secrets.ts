/** Which files of /etc no command sees: what not everybody may read, and by name what is secret, or this machine's alone. */
import picomatch from 'picomatch';

/** By the reason, as globs from /etc. Names for a file anywhere begin with a double star. */
export const SECRET_PATHS: Readonly<Record<string, string>> = {
  'passwords of people': `
    shadow* gshadow* passwd-* group-* subuid* subgid* .pwd.lock security/opasswd sudoers sudoers.d/** sudo*.conf doas.conf
    **/*htpasswd* **/*htdigest*`,
  'keys and keytabs': `
    ssh/** ssl/private/** pki/*/private/** pki/nssdb/** **/private/** **/*.{key,keytab,p12,pfx,jks,keystore,kdbx,ppk}
    **/*{privkey,private-key,private_key}* **/id_{rsa,dsa,ecdsa,ed25519}* letsencrypt/** acme*/** krb5* krb5.conf.d/** munge/**
    corosync/** ceph/** crypttab cryptsetup-keys.d/** luks* gnupg/** apt/trusted* dropbear/** secureboot/** sbctl/**`,
  'networks and tunnels': `
    NetworkManager/** netplan/** network/** wpa_supplicant/** wireless* ppp/** chatscripts/** ipsec* swanctl/** strongswan*
    wireguard/** openvpn/** openconnect/** tinc/** nebula/** tailscale/** zerotier* resolv.conf iscsi/** auto.* autofs*
    fstab davfs2/** samba/** cifs* **/*credentials* **/*.cred`,
  'clusters, containers and clouds': `
    docker/** containers/** containerd/** crio/** kubernetes/** rancher/** k0s/** kubelet* cni/** etcd/** cloud/** waagent*
    boto.cfg aws* google* gcloud* azure* ecs/** amazon/** consul* nomad* vault* terraform* ansible/** salt/** puppet* chef/**`,
  services: `
    default/** systemd/** init.d/** rc*.d/** cron* anacrontab at.* supervisor* environment environment.d/** postgresql*/**
    mysql/** my.cnf* mariadb/** redis* mongod* rabbitmq/** cassandra/** elasticsearch/** grafana/** influxdb/** prometheus/**
    zabbix/** datadog-agent/** newrelic* telegraf/** snmp/** nginx/** apache2/** httpd/** lighttpd/** caddy/** haproxy/**
    traefik/** postfix/** exim* dovecot/** msmtprc ssmtp/** mail* aliases ldap/** openldap/** nslcd.conf sssd/** pam* realmd*
    freeradius/** raddb/** asterisk/** gitlab/** gitea/** jenkins/** runner* gitlab-runner/** hosts.allow hosts.deny`,
  'package managers with logins': `
    apt/** yum* dnf/** zypp/** pacman* netrc **/.netrc **/.git-credentials npmrc .npmrc yarnrc* pip.conf pypirc **/.pypirc
    gitconfig maven/settings* m2/** gradle/** nuget/** NuGet/** subversion/** mercurial/** hgrc* wgetrc curlrc composer/**`,
};

const globs = Object.values(SECRET_PATHS).flatMap((text) => text.trim().split(/\s+/));
const hidden = new RegExp(globs.map((glob) => picomatch.makeRe(glob, { dot: true }).source).join('|'), 's');

export const isSecretPath = (path: string): boolean => hidden.test(path);

/**
 * A file whose name says nothing of it: a private key, a password in an address, a token of a package manager. Settings
 * count on lines that are no comments: Debian's openssl.cnf shows in one how a password would be set.
 */
export const holdsSecret = (text: string): boolean =>
  /-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s/@:]+:[^\s/@]+@|^(?!\s*[#;]).*_(auth|authToken|password)\s*=/m.test(text);
