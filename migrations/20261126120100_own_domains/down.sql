DROP FUNCTION domains_due(int);
DROP FUNCTION own_domain_of(uuid);
DROP FUNCTION organization_of_host(text, text);
DROP TABLE organization_domains;
DROP FUNCTION announce_domain_change();
