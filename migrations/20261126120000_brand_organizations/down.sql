DROP TRIGGER brand_changed ON organizations;
DROP FUNCTION branding_of(uuid);
DROP FUNCTION has_feature(uuid, text);
DROP TABLE organization_branding;
DROP FUNCTION announce_brand_change();
