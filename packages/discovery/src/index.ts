export type { ClusterDiscoveryOptions } from './cluster-discovery.js';
export { clusterDiscovery } from './cluster-discovery.js';
export type { DnsDiscoveryOptions, DnsRecord, DnsResolver, DnsSrvRecord } from './dns-discovery.js';
export { dnsDiscovery } from './dns-discovery.js';
